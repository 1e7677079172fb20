// Identity numbers of countries, and how their check characters are computed. Sources: be_nrn Royal Decree of 3 April
// 1984; br_cpf, br_cnpj Receita Federal, Instrucao Normativa 1548/2015 and 2119/2022; ca_sin Service Canada (Luhn);
// ch_ahv ZAS/CdC (GS1 check digit); de_steuerid Bundeszentralamt fuer Steuern (ISO 7064); es_nif Real Decreto 1065/2007
// and Orden INT/2058/2008; fr_nir INSEE, RNIPP; fr_siret INSEE, SIRENE (Luhn); in_aadhaar UIDAI (Verhoeff); it_cf
// Decreto 12 marzo 1974 n. 2227; nl_bsn Wabb, elfproef; pl_pesel Ustawa o ewidencji ludnosci; se_pnr Skatteverket SKV
// 704 (Luhn); uk_nhs NHS Data Dictionary (modulus 11); uk_ni HMRC, NIM39110; us_ein IRS, prefixes; us_ssn SSA, POMS RM
// 10201.035.
#include "mask/characters.h"
#include "mask/check_digits.h"
#include "mask/data/id_tables.h"

namespace confiture::mask {

namespace {

// Goes to the next payload while `check`, which the scheme computes from it, is one that no number has.
template <class Check>
unsigned possible_check(char &last_of_payload, unsigned impossible, Check check) {
  while (check() == impossible) last_of_payload = digit((digit_of(last_of_payload) + 1) % 10);
  return check();
}

void complete_be_nrn(char *id) { write_number(id + 9, 2, 97 - number_of({id, 9}) % 97); }

void complete_br_cpf(char *id) {
  id[9] = digit(weighted_sum(id, {10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10);
  id[10] = digit(weighted_sum(id, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10);
}

void complete_br_cnpj(char *id) {
  id[12] = digit(weighted_sum(id, {5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10);
  id[13] = digit(weighted_sum(id, {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10);
}

template <size_t payload>
void complete_luhn(char *id) {
  id[payload] = luhn_digit({id, payload});
}

void complete_ch_ahv(char *id) {
  id[12] = digit((10 - weighted_sum(id, {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3}) % 10) % 10);
}

// Of the first ten digits one occurs twice, one not at all. What is random picks each from those that are left.
void arrange_de_steuerid(char *id) {
  char left[] = "123456789";
  unsigned n = 9;
  for (size_t i = 0; i < 9; i++) {
    const unsigned pick = digit_of(id[i]) * n / 10;
    id[i] = left[pick];
    left[pick] = i == 0 ? '0' : left[--n];
  }
  id[9] = id[digit_of(id[9]) % 9];
}

void complete_de_steuerid(char *id) { id[10] = mod11_10_digit({id, 10}); }

bool is_de_steuerid(std::string_view id) {
  unsigned count[10] = {}, repeated = 0;
  for (const char c : id.substr(0, 10)) repeated += ++count[digit_of(c)] == 2;
  return repeated == 1 && id[0] != '0';
}

constexpr std::string_view nif_letters = "TRWAGMYFPDXBNJZSQVHLCKE";

void complete_es_dni(char *id) { id[8] = nif_letters[number_of({id, 8}) % 23]; }

void complete_es_nie(char *id) {
  id[8] = nif_letters[(static_cast<uint64_t>(id[0] - 'X') * 10000000 + number_of({id + 1, 7})) % 23];
}

void complete_es_cif(char *id) { id[8] = luhn_digit({id + 1, 7}); }

// Corsica's departments 2A and 2B count as 19 and 18.
void complete_fr_nir(char *id) {
  uint64_t number = number_of({id, 5});
  number = number * 100 + (id[6] == 'A' ? 19 : id[6] == 'B' ? 18 : number_of({id + 5, 2}));
  number = number * 1000000 + number_of({id + 7, 6});
  write_number(id + 13, 2, 97 - number % 97);
}

void complete_fr_siret(char *id) {
  id[8] = luhn_digit({id, 8});
  id[13] = luhn_digit({id, 13});
}

void complete_in_aadhaar(char *id) { id[11] = verhoeff_digit({id, 11}); }

void complete_it_cf(char *id) {
  static constexpr uint8_t odd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                    20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  unsigned sum = 0;
  for (size_t i = 0; i < 15; i++) {
    const auto value = static_cast<unsigned>(is_digit(id[i]) ? id[i] - '0' : id[i] - 'A');
    sum += i % 2 == 0 ? odd[value] : value;
  }
  id[15] = static_cast<char>('A' + sum % 26);
}

void complete_nl_bsn(char *id) {
  id[8] = digit(possible_check(id[7], 10, [&] { return weighted_sum(id, {9, 8, 7, 6, 5, 4, 3, 2}) % 11; }));
}

void complete_pl_pesel(char *id) { id[10] = digit((10 - weighted_sum(id, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3}) % 10) % 10); }

bool is_date(unsigned month, unsigned day) { return month >= 1 && month <= 12 && day >= 1 && day <= 31; }

// The century is added to the month.
bool begins_as_pesel(std::string_view id) {
  return is_date(number_of(id.substr(2, 2)) % 20, static_cast<unsigned>(number_of(id.substr(4, 2))));
}

bool ends_as_pnr(std::string_view id) {
  const std::string_view date = id.substr(id.size() - 10);
  return is_date(static_cast<unsigned>(number_of(date.substr(2, 2))),
                 static_cast<unsigned>(number_of(date.substr(4, 2))));
}

void complete_long_pnr(char *id) { complete_luhn<9>(id + 2); }

void complete_uk_nhs(char *id) {
  id[9] = digit(possible_check(id[8], 10, [&] {
    return (11 - weighted_sum(id, {10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11) % 11;
  }));
}

// Numbers that hold a birthday get one of 1940 to 1999; some day that every month has.
constexpr IdRange year_at(uint8_t at) { return {at, 2, 40, 99}; }
constexpr IdRange month_at(uint8_t at) { return {at, 2, 1, 12}; }
constexpr IdRange day_at(uint8_t at) { return {at, 2, 1, 28}; }

constexpr std::string_view consonants = "BCDFGHLMNPRSTVZ", cadastral_letters = "ABCDEFGHIL";

constexpr IdKind kinds[] = {
    {.name = "fr_nir",
     .shape = "x##############",
     .format = "x xx xx xx xxx xxx xx",
     .sets = {"12"},
     .ranges = {year_at(1), month_at(3), {5, 5, 21001, 95899}, {10, 3, 1, 999}},
     .complete = complete_fr_nir},
    {.name = "fr_nir",
     .shape = "x####2c########",
     .format = "x xx xx xx xxx xxx xx",
     .sets = {"12", "", "AB"},
     .ranges = {year_at(1), month_at(3), {7, 3, 1, 360}, {10, 3, 1, 999}},
     .complete = complete_fr_nir},
    {.name = "fr_nir",
     .shape = "x############",
     .sets = {"12"},
     .ranges = {year_at(1), month_at(3), {5, 5, 21001, 95899}, {10, 3, 1, 999}}},
    {.name = "it_cf",
     .shape = "bbbbbb##a##c###@",
     .sets = {"ABCDEHLMPRST", consonants, cadastral_letters},
     .ranges = {year_at(6), day_at(9), {12, 3, 100, 999}},
     .complete = complete_it_cf},
    {.name = "ch_ahv", .shape = "756##########", .format = "xxx.xxxx.xxxx.xx", .complete = complete_ch_ahv},
    {.name = "br_cnpj", .shape = "##############", .format = "xx.xxx.xxx/xxxx-xx", .complete = complete_br_cnpj},
    {.name = "fr_siret", .shape = "##############", .format = "xxx xxx xxx xxxxx", .complete = complete_fr_siret},
    {.name = "be_nrn",
     .shape = "###########",
     .format = "xx.xx.xx-xxx.xx",
     .ranges = {year_at(0), month_at(2), day_at(4), {6, 3, 1, 997}},
     .complete = complete_be_nrn},
    {.name = "br_cpf", .shape = "###########", .format = "xxx.xxx.xxx-xx", .complete = complete_br_cpf},
    {.name = "de_steuerid",
     .shape = "###########",
     .format = "xx xxx xxx xxx",
     .arrange = arrange_de_steuerid,
     .complete = complete_de_steuerid,
     .accepts = is_de_steuerid},
    {.name = "pl_pesel",
     .shape = "###########",
     .ranges = {year_at(0), month_at(2), day_at(4)},
     .complete = complete_pl_pesel,
     .accepts = begins_as_pesel},
    {.name = "se_pnr",
     .shape = "##########",
     .format = "xxxxxx-xxxx",
     .ranges = {year_at(0), month_at(2), day_at(4)},
     .complete = complete_luhn<9>,
     .accepts = ends_as_pnr},
    {.name = "se_pnr",
     .shape = "############",
     .format = "xxxxxxxx-xxxx",
     .ranges = {{0, 4, 1940, 1999}, month_at(4), day_at(6)},
     .complete = complete_long_pnr,
     .accepts = ends_as_pnr},
    {.name = "in_aadhaar",
     .shape = "x###########",
     .format = "xxxx xxxx xxxx",
     .sets = {"23456789"},
     .complete = complete_in_aadhaar},
    {.name = "uk_nhs", .shape = "##########", .format = "xxx xxx xxxx", .complete = complete_uk_nhs},
    {.name = "nl_bsn", .shape = "#########", .complete = complete_nl_bsn},
    {.name = "ca_sin",
     .shape = "x########",
     .format = "xxx xxx xxx",
     .sets = {"1234567"},
     .complete = complete_luhn<8>},
    {.name = "es_nif", .shape = "########a", .sets = {nif_letters}, .complete = complete_es_dni},
    {.name = "es_nif", .shape = "b#######a", .sets = {nif_letters, "XYZ"}, .complete = complete_es_nie},
    {.name = "es_nif", .shape = "b########", .sets = {"", "ABEH"}, .complete = complete_es_cif},
    // Neither of the letters that never are, nor one of the pairs BG, GB, KN, NK, NT, TN, ZZ.
    {.name = "uk_ni",
     .shape = "ab######c",
     .format = "xx xx xx xx x",
     .sets = {"ABCEHJLMPRSWXY", "ABCEHJKLMPRSTWXYZ", "ABCD"}},
    {.name = "us_ssn",
     .shape = "#########",
     .format = "xxx-xx-xxxx",
     .ranges = {{0, 3, 1, 665}, {3, 2, 1, 99}, {5, 4, 1, 9999}}},
    {.name = "us_ein", .shape = "#########", .format = "xx-xxxxxxx", .ranges = {{0, 2, 50, 68}}},
    {.name = "passport", .shape = "@########"},
    {.name = "passport", .shape = "@@#######"},
    {.name = "passport", .shape = "##@@#####"},
    {.name = "passport", .shape = "@#######"},
};

}  // namespace

std::span<const IdKind> national_ids() { return kinds; }

}  // namespace confiture::mask

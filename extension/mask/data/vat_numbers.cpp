// Value-added tax numbers and their check characters. Sources: European Commission, VIES, "VAT identification number
// structure"; the algorithms as the commission's TAXUD lists them (VIES-VAT Validation Routines); HMRC for GB; ESTV for
// CH (UID, eCH-0097); Skatteetaten for NO.
#include "mask/check_digits.h"
#include "mask/data/id_tables.h"

namespace confiture::mask {

namespace {

// A remainder that no number has: another payload is taken instead.
void next_payload(char &c) { c = digit((digit_of(c) + 1) % 10); }

template <size_t payload>
void complete_luhn(char *id) {
  id[payload] = luhn_digit({id + 2, payload - 2});
}

template <size_t payload>
void complete_mod11_10(char *id) {
  id[payload] = mod11_10_digit({id + 2, payload - 2});
}

// As Luhn's with 4 added to the sum, and the doubled places are the others: those of a payload with one digit more.
void complete_at(char *id) {
  id[10] = '0';
  id[10] = digit((digit_of(luhn_digit({id + 3, 8})) + 6) % 10);
}

void complete_be(char *id) { write_number(id + 10, 2, 97 - number_of({id + 2, 8}) % 97); }

void complete_bg(char *id) {
  unsigned check = weighted_sum(id + 2, {1, 2, 3, 4, 5, 6, 7, 8}) % 11;
  if (check == 10) check = weighted_sum(id + 2, {3, 4, 5, 6, 7, 8, 9, 10}) % 11 % 10;
  id[10] = digit(check);
}

void complete_ch(char *id) {
  unsigned check;
  while ((check = (11 - weighted_sum(id + 3, {5, 4, 3, 2, 7, 6, 5, 4}) % 11) % 11) == 10) next_payload(id[10]);
  id[11] = digit(check);
}

void complete_cy(char *id) {
  static constexpr uint8_t odd[] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
  unsigned sum = 0;
  for (size_t i = 0; i < 8; i++) sum += i % 2 == 0 ? odd[digit_of(id[2 + i])] : digit_of(id[2 + i]);
  id[10] = static_cast<char>('A' + sum % 26);
}

void complete_cz(char *id) { id[9] = digit((11 - weighted_sum(id + 2, {8, 7, 6, 5, 4, 3, 2}) % 11) % 10); }

void complete_dk(char *id) {
  unsigned check;
  while ((check = (11 - weighted_sum(id + 2, {2, 7, 6, 5, 4, 3, 2}) % 11) % 11) == 10) next_payload(id[8]);
  id[9] = digit(check);
}

void complete_ee(char *id) { id[10] = digit((10 - weighted_sum(id + 2, {3, 7, 1, 3, 7, 1, 3, 7}) % 10) % 10); }

void complete_el(char *id) {
  unsigned sum = 0;
  for (size_t i = 0; i < 8; i++) sum = (sum + digit_of(id[2 + i])) * 2;
  id[10] = digit(sum % 11 % 10);
}

void complete_es_person(char *id) { id[10] = "TRWAGMYFPDXBNJZSQVHLCKE"[number_of({id + 2, 8}) % 23]; }
void complete_es_firm(char *id) { id[10] = luhn_digit({id + 3, 7}); }

void complete_fi(char *id) {
  unsigned check;
  while ((check = (11 - weighted_sum(id + 2, {7, 9, 10, 5, 8, 4, 2}) % 11) % 11) == 10) next_payload(id[8]);
  id[9] = digit(check);
}

void complete_fr(char *id) {
  id[12] = luhn_digit({id + 4, 8});
  write_number(id + 2, 2, (12 + 3 * (number_of({id + 4, 9}) % 97)) % 97);
}

// Where the rest is 0, software disagrees on whether the check digits are 97 or 00.
void complete_gb(char *id) {
  unsigned rest;
  while ((rest = weighted_sum(id + 2, {8, 7, 6, 5, 4, 3, 2}) % 97) == 0) next_payload(id[8]);
  write_number(id + 9, 2, 97 - rest);
}

void complete_hu(char *id) { id[9] = digit((10 - weighted_sum(id + 2, {9, 7, 3, 1, 9, 7, 3}) % 10) % 10); }

void complete_ie(char *id) { id[9] = "WABCDEFGHIJKLMNOPQRSTUV"[weighted_sum(id + 2, {8, 7, 6, 5, 4, 3, 2}) % 23]; }

void complete_lt(char *id) {
  unsigned check = weighted_sum(id + 2, {1, 2, 3, 4, 5, 6, 7, 8}) % 11;
  if (check == 10) check = weighted_sum(id + 2, {3, 4, 5, 6, 7, 8, 9, 1}) % 11 % 10;
  id[10] = digit(check);
}

void complete_lu(char *id) { write_number(id + 8, 2, number_of({id + 2, 6}) % 89); }

void complete_lv(char *id) {
  unsigned check;
  while ((check = (14 - weighted_sum(id + 2, {9, 1, 4, 8, 3, 10, 2, 5, 7, 6}) % 11) % 11) == 10) next_payload(id[11]);
  id[12] = digit(check);
}

void complete_mt(char *id) { write_number(id + 8, 2, 37 - weighted_sum(id + 2, {3, 4, 6, 7, 8, 9}) % 37); }

void complete_nl(char *id) {
  unsigned check;
  while ((check = weighted_sum(id + 2, {9, 8, 7, 6, 5, 4, 3, 2}) % 11) == 10) next_payload(id[9]);
  id[10] = digit(check);
}

void complete_no(char *id) {
  unsigned check;
  while ((check = (11 - weighted_sum(id + 2, {3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11) == 10) next_payload(id[9]);
  id[10] = digit(check);
}

void complete_pl(char *id) {
  unsigned check;
  while ((check = weighted_sum(id + 2, {6, 5, 7, 2, 3, 4, 5, 6, 7}) % 11) == 10) next_payload(id[10]);
  id[11] = digit(check);
}

void complete_pt(char *id) {
  const unsigned check = 11 - weighted_sum(id + 2, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  id[10] = digit(check >= 10 ? 0 : check);
}

void complete_ro(char *id) { id[9] = digit(weighted_sum(id + 2, {3, 2, 1, 7, 5, 3, 2}) * 10 % 11 % 10); }

void complete_si(char *id) {
  unsigned check;
  while ((check = 11 - weighted_sum(id + 2, {8, 7, 6, 5, 4, 3, 2}) % 11) == 11) next_payload(id[8]);
  id[9] = digit(check % 10);
}

// Divisible by 11.
void complete_sk(char *id) {
  uint64_t check;
  while ((check = (11 - number_of({id + 2, 9}) * 10 % 11) % 11) == 10) next_payload(id[10]);
  id[11] = digit(static_cast<unsigned>(check));
}

constexpr std::string_view not_zero = "123456789";

constexpr IdKind kinds[] = {
    {.name = "AT", .shape = "ATU########", .complete = complete_at},
    {.name = "BE", .shape = "BE0#########", .ranges = {{3, 1, 2, 9}}, .complete = complete_be},
    {.name = "BG", .shape = "BG#########", .ranges = {{2, 1, 1, 2}}, .complete = complete_bg},
    {.name = "CH", .shape = "CHE#########", .format = "xxx-xxx.xxx.xxx", .complete = complete_ch},
    {.name = "CH", .shape = "CHE#########MWST", .format = "xxx-xxx.xxx.xxx xxxx", .complete = complete_ch},
    {.name = "CH", .shape = "CHE#########TVA", .format = "xxx-xxx.xxx.xxx xxx", .complete = complete_ch},
    {.name = "CH", .shape = "CHE#########IVA", .format = "xxx-xxx.xxx.xxx xxx", .complete = complete_ch},
    {.name = "CY", .shape = "CYx#######@", .sets = {"3459"}, .complete = complete_cy},
    {.name = "CZ", .shape = "CZx#######", .sets = {"12345678"}, .complete = complete_cz},
    {.name = "DE", .shape = "DEx########", .sets = {not_zero}, .complete = complete_mod11_10<10>},
    {.name = "DK", .shape = "DKx#######", .sets = {not_zero}, .complete = complete_dk},
    {.name = "EE", .shape = "EE10#######", .complete = complete_ee},
    {.name = "EL", .shape = "EL#########", .complete = complete_el},
    {.name = "ES", .shape = "ESb########", .sets = {"", "ABEH"}, .complete = complete_es_firm},
    {.name = "ES", .shape = "ES########@", .complete = complete_es_person},
    {.name = "FI", .shape = "FI########", .complete = complete_fi},
    {.name = "FR", .shape = "FR###########", .complete = complete_fr},
    {.name = "GB", .shape = "GB#########", .ranges = {{2, 1, 1, 8}}, .complete = complete_gb},
    {.name = "HR", .shape = "HR###########", .complete = complete_mod11_10<12>},
    {.name = "HU", .shape = "HU########", .complete = complete_hu},
    {.name = "IE", .shape = "IE#######@", .complete = complete_ie},
    {.name = "IT", .shape = "IT###########", .ranges = {{9, 3, 1, 100}}, .complete = complete_luhn<12>},
    {.name = "LT", .shape = "LT#######1#", .complete = complete_lt},
    {.name = "LU", .shape = "LU########", .complete = complete_lu},
    {.name = "LV", .shape = "LVx##########", .sets = {"456789"}, .complete = complete_lv},
    {.name = "MT", .shape = "MTx#######", .sets = {not_zero}, .complete = complete_mt},
    {.name = "NL", .shape = "NL#########B0x", .sets = {not_zero}, .complete = complete_nl},
    {.name = "NO", .shape = "NOx########MVA", .sets = {"89"}, .complete = complete_no},
    {.name = "NO", .shape = "NOx########", .sets = {"89"}, .complete = complete_no},
    {.name = "PL", .shape = "PLx#########", .sets = {not_zero}, .complete = complete_pl},
    {.name = "PT", .shape = "PTx########", .sets = {"125"}, .complete = complete_pt},
    {.name = "RO", .shape = "ROx#######", .sets = {not_zero}, .complete = complete_ro},
    {.name = "SE", .shape = "SEx#########01", .sets = {"2356789"}, .complete = complete_luhn<11>},
    {.name = "SI", .shape = "SIx#######", .sets = {not_zero}, .complete = complete_si},
    {.name = "SK", .shape = "SKx#x#######", .sets = {"234789"}, .complete = complete_sk},
};

}  // namespace

std::span<const IdKind> vat_numbers() { return kinds; }

}  // namespace confiture::mask

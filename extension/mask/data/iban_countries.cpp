// Structures: SWIFT, IBAN Registry (ISO 13616-2), and for countries that are not registered ECBS TR201 and their banks'
// usage. National check digits: ECBS TR201, annexes; be Febelfin; cz, sk Vyhlaska 169/2011; ee EBA 7-3-1; es Consejo
// Superior Bancario; fi Finance Finland; fr CFONB (cle RIB); hr HNB (ISO 7064); hu MNB; it ABI (CIN); no Bits; pl NBP;
// pt, ba, me, mk, rs, si ISO 7064, MOD 97-10.
#include "mask/data/iban_countries.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "mask/characters.h"
#include "mask/check_digits.h"

namespace confiture::mask {

namespace {

void next_payload(char &c) { c = digit((digit_of(c) + 1) % 10); }

template <size_t size>
void complete_mod97(char *bban) {
  const unsigned remainder = mod97({bban, size - 2}) * 100 % 97;
  write_number(bban + size - 2, 2, 98 - remainder);
}

void complete_be(char *bban) {
  const uint64_t check = number_of({bban, 10}) % 97;
  write_number(bban + 10, 2, check == 0 ? 97 : check);
}

void complete_cz(char *bban) {
  unsigned check;
  while ((check = (11 - weighted_sum(bban + 4, {10, 5, 8, 4, 2}) % 11) % 11) == 10) next_payload(bban[8]);
  bban[9] = digit(check);
  while ((check = (11 - weighted_sum(bban + 10, {6, 3, 7, 9, 10, 5, 8, 4, 2}) % 11) % 11) == 10) next_payload(bban[18]);
  bban[19] = digit(check);
}

void complete_ee(char *bban) {
  bban[15] = digit((10 - weighted_sum(bban + 2, {7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7}) % 10) % 10);
}

char spanish_digit(unsigned sum) {
  const unsigned check = 11 - sum % 11;
  return digit(check == 11 ? 0 : check == 10 ? 1 : check);
}

void complete_es(char *bban) {
  bban[8] = spanish_digit(weighted_sum(bban, {4, 8, 5, 10, 9, 7, 3, 6}));
  bban[9] = spanish_digit(weighted_sum(bban + 10, {1, 2, 4, 8, 5, 10, 9, 7, 3, 6}));
}

void complete_fi(char *bban) { bban[13] = luhn_digit({bban, 13}); }

// Letters count as the digits 1 to 9, three times over: A and J as 1, S as 2.
void complete_fr(char *bban) {
  unsigned remainder = 0;
  for (size_t i = 0; i < 21; i++) {
    const char c = bban[i];
    const auto value = static_cast<unsigned>(is_digit(c) ? c - '0' : c < 'S' ? (c - 'A') % 9 + 1 : c - 'S' + 2);
    remainder = (remainder * 10 + value) % 97;
  }
  write_number(bban + 21, 2, 97 - remainder * 100 % 97);
}

void complete_hr(char *bban) {
  bban[6] = mod11_10_digit({bban, 6});
  bban[16] = mod11_10_digit({bban + 7, 9});
}

void complete_hu(char *bban) {
  bban[7] = digit((10 - weighted_sum(bban, {9, 7, 3, 1, 9, 7, 3}) % 10) % 10);
  bban[23] = digit((10 - weighted_sum(bban + 8, {9, 7, 3, 1, 9, 7, 3, 1, 9, 7, 3, 1, 9, 7, 3}) % 10) % 10);
}

void complete_it(char *bban) {
  static constexpr uint8_t odd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                    20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  unsigned sum = 0;
  for (size_t i = 0; i < 22; i++) {
    const char c = bban[1 + i];
    const auto value = static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'A');
    sum += i % 2 == 0 ? odd[value] : value;
  }
  bban[0] = static_cast<char>('A' + sum % 26);
}

void complete_no(char *bban) {
  unsigned check;
  while ((check = (11 - weighted_sum(bban, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11) == 10) next_payload(bban[9]);
  bban[10] = digit(check);
}

void complete_pl(char *bban) { bban[7] = digit((10 - weighted_sum(bban, {3, 9, 7, 1, 3, 9, 7}) % 10) % 10); }

constexpr IbanCountry countries[] = {
    {"AD", "8n12c"},
    {"AE", "19n"},
    {"AL", "8n16c"},
    {"AO", "21n"},
    {"AT", "16n"},
    {"AX", "14n"},
    {"AZ", "4a20c"},
    {"BA", "16n", complete_mod97<16>},
    {"BE", "12n", complete_be},
    {"BF", "2c22n"},
    {"BG", "4a6n8c"},
    {"BH", "4a14c"},
    {"BI", "23n"},
    {"BJ", "2c22n"},
    {"BL", "10n11c2n"},
    {"BR", "23n1a1c"},
    {"BY", "4a4n16c"},
    {"CF", "23n"},
    {"CG", "23n"},
    {"CH", "5n12c"},
    {"CI", "1a23n"},
    {"CM", "23n"},
    {"CR", "18n"},
    {"CV", "21n"},
    {"CY", "8n16c"},
    {"CZ", "20n", complete_cz},
    {"DE", "18n"},
    {"DJ", "23n"},
    {"DK", "14n"},
    {"DO", "4a20n"},
    {"DZ", "22n"},
    {"EE", "16n", complete_ee},
    {"EG", "25n"},
    {"ES", "20n", complete_es},
    {"FI", "14n", complete_fi},
    {"FK", "2a12n"},
    {"FO", "14n"},
    {"FR", "10n11c2n", complete_fr},
    {"GA", "23n"},
    {"GB", "4a14n"},
    {"GE", "2a16n"},
    {"GF", "10n11c2n"},
    {"GI", "4a15c"},
    {"GL", "14n"},
    {"GP", "10n11c2n"},
    {"GQ", "23n"},
    {"GR", "7n16c"},
    {"GT", "24c"},
    {"GW", "2a19n"},
    {"HN", "4a20n"},
    {"HR", "17n", complete_hr},
    {"HU", "24n", complete_hu},
    {"IE", "4a14n"},
    {"IL", "19n"},
    {"IQ", "4a15n"},
    {"IR", "22n"},
    {"IS", "22n"},
    {"IT", "1a10n12c", complete_it},
    {"JO", "4a4n18c"},
    {"KM", "23n"},
    {"KW", "4a22c"},
    {"KZ", "3n13c"},
    {"LB", "4n20c"},
    {"LC", "4a24c"},
    {"LI", "5n12c"},
    {"LT", "16n"},
    {"LU", "3n13c"},
    {"LV", "4a13c"},
    {"LY", "21n"},
    {"MA", "24n"},
    {"MC", "10n11c2n", complete_fr},
    {"MD", "20c"},
    {"ME", "18n", complete_mod97<18>},
    {"MF", "10n11c2n"},
    {"MG", "23n"},
    {"MK", "3n10c2n", complete_mod97<15>},
    {"ML", "2c22n"},
    {"MN", "16n"},
    {"MQ", "10n11c2n"},
    {"MR", "23n"},
    {"MT", "4a5n18c"},
    {"MU", "4a19n3a"},
    {"MZ", "21n"},
    {"NC", "10n11c2n"},
    {"NE", "2a22n"},
    {"NI", "4a20n"},
    {"NL", "4a10n"},
    {"NO", "11n", complete_no},
    {"OM", "3n16c"},
    {"PF", "10n11c2n"},
    {"PK", "4a16n"},
    {"PL", "24n", complete_pl},
    {"PM", "10n11c2n"},
    {"PS", "4a21n"},
    {"PT", "21n", complete_mod97<21>},
    {"QA", "4a21c"},
    {"RE", "10n11c2n"},
    {"RO", "4a16c"},
    {"RS", "18n", complete_mod97<18>},
    {"RU", "14n15c"},
    {"SA", "2n18c"},
    {"SC", "4a20n3a"},
    {"SD", "14n"},
    {"SE", "20n"},
    {"SI", "15n", complete_mod97<15>},
    {"SK", "20n", complete_cz},
    {"SM", "1a10n12c", complete_it},
    {"SN", "2a22n"},
    {"SO", "19n"},
    {"ST", "21n"},
    {"SV", "4a20n"},
    {"TD", "23n"},
    {"TF", "10n11c2n"},
    {"TG", "2a22n"},
    {"TL", "19n"},
    {"TN", "20n"},
    {"TR", "5n17c"},
    {"UA", "6n19c"},
    {"VA", "18n"},
    {"VG", "4a16n"},
    {"WF", "10n11c2n"},
    {"XK", "16n"},
    {"YE", "4a4n18c"},
    {"YT", "10n11c2n"},
};

static_assert(std::all_of(std::begin(countries), std::end(countries), [](auto &row) { return row.size <= 30; }));

// By both letters: the row, 0 for none.
constexpr auto rows_by_code = [] {
  std::array<uint8_t, 26 * 26> rows{};
  for (size_t i = 0; i < std::size(countries); i++) {
    const std::string_view code = countries[i].country;
    rows[static_cast<size_t>((code[0] - 'A') * 26 + code[1] - 'A')] = static_cast<uint8_t>(i + 1);
  }
  return rows;
}();

}  // namespace

const IbanCountry *find_iban_country(std::string_view country) {
  if (country.size() != 2 || !is_upper(country[0]) || !is_upper(country[1])) return nullptr;
  const uint8_t row = rows_by_code[static_cast<size_t>((country[0] - 'A') * 26 + country[1] - 'A')];
  return row == 0 ? nullptr : &countries[row - 1];
}

}  // namespace confiture::mask

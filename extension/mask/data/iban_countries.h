// Account numbers of countries within an IBAN: structure and national check digits.
#pragma once

#include <cstdint>
#include <string_view>

namespace confiture::mask {

struct IbanCountry {
  std::string_view country;                // ISO 3166-1
  uint32_t size = 0;                       // characters behind the check digits
  uint32_t letters = 0, either = 0;        // bit i: character i of them is a letter; a letter or a digit
  void (*complete)(char *bban) = nullptr;  // writes the national check digits

  // `structure` as in the registry: 8n digits, 4a letters, 12c either.
  constexpr IbanCountry(std::string_view code, std::string_view structure, void (*check)(char *) = nullptr)
      : country(code), complete(check) {
    uint32_t n = 0;
    for (const char c : structure) {
      if (c >= '0' && c <= '9') {
        n = n * 10 + static_cast<uint32_t>(c - '0');
        continue;
      }
      const uint32_t bits = ((uint32_t{1} << n) - 1) << size;
      letters |= c == 'a' ? bits : 0;
      either |= c == 'c' ? bits : 0;
      size += n;
      n = 0;
    }
  }
};

constexpr size_t longest_iban = 34;

// Returns nullptr when the country has no IBANs.
const IbanCountry *find_iban_country(std::string_view country);

}  // namespace confiture::mask

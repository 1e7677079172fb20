// Check digits, computed over ASCII digits and letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace confiture::mask {

constexpr unsigned digit_of(char c) { return static_cast<unsigned>(c - '0'); }
constexpr char digit(unsigned n) { return static_cast<char>('0' + n); }

// The sum of digits times weights, as far as there are weights.
template <size_t n>
constexpr unsigned weighted_sum(const char *digits, const uint8_t (&weights)[n]) {
  unsigned sum = 0;
  for (size_t i = 0; i < n; i++) sum += digit_of(digits[i]) * weights[i];
  return sum;
}

// The number that digits make, up to 19 of them.
uint64_t number_of(std::string_view digits);
// Writes `number` into n digits, with leading zeros.
void write_number(char *digits, size_t n, uint64_t number);

// The digit behind a payload by the Luhn algorithm (ISO/IEC 7812-1, annex B).
char luhn_digit(std::string_view payload);
// The digit behind a payload by ISO 7064, MOD 11,10.
char mod11_10_digit(std::string_view payload);
// The digit behind a payload by Verhoeff's scheme (J. Verhoeff, Error Detecting Decimal Codes, 1969).
char verhoeff_digit(std::string_view payload);
// Digits and letters (A is 10 .. Z is 35) modulo 97, as in ISO 7064, MOD 97-10; `remainder` of what comes before.
unsigned mod97(std::string_view text, unsigned remainder = 0);

}  // namespace confiture::mask

#include "mask/check_digits.h"

#include <array>

#include "mask/bits.h"
#include "mask/characters.h"

namespace confiture::mask {

uint64_t number_of(std::string_view digits) {
  uint64_t number = 0;
  for (const char c : digits) number = number * 10 + digit_of(c);
  return number;
}

void write_number(char *digits, size_t n, uint64_t number) {
  for (; n-- > 0; number /= 10) digits[n] = digit(static_cast<unsigned>(number % 10));
}

char luhn_digit(std::string_view payload) {
  static constexpr uint8_t doubled[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
  unsigned sum = 0;
  bool twice = true;
  for (size_t i = payload.size(); i-- > 0; twice = !twice)
    sum += twice ? doubled[digit_of(payload[i])] : digit_of(payload[i]);
  return digit((10 - sum % 10) % 10);
}

char mod11_10_digit(std::string_view payload) {
  // The product after one digit more: a table, since each step waits for the one before.
  static constexpr auto next = [] {
    std::array<std::array<uint8_t, 10>, 11> table{};
    for (unsigned product = 0; product < 11; product++)
      for (unsigned d = 0; d < 10; d++) {
        const unsigned sum = (product + d) % 10;
        table[product][d] = static_cast<uint8_t>((sum == 0 ? 10 : sum) * 2 % 11);
      }
    return table;
  }();
  unsigned product = 10;
  for (const char c : payload) product = next[product][digit_of(c)];
  return digit((11 - product) % 10);
}

char verhoeff_digit(std::string_view payload) {
  // The dihedral group of order 10, the permutation applied once for each place, and the inverses.
  static constexpr uint8_t product[10][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
                                              {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
                                              {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
                                              {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
                                              {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
  static constexpr uint8_t permuted[8][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                              {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                              {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                              {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
  static constexpr uint8_t inverse[] = {0, 4, 3, 2, 1, 5, 6, 7, 8, 9};
  unsigned check = 0;
  for (size_t i = payload.size(), place = 1; i-- > 0; place++)
    check = product[check][permuted[place % 8][digit_of(payload[i])]];
  return digit(inverse[check]);
}

// Eight digits at once, in halves of a word: pairs, then fours, then all.
static uint64_t number_of_eight(uint64_t digits) {
  digits = (digits & 0x0f0f0f0f0f0f0f0f) * (10 << 8 | 1) >> 8;
  digits = (digits & 0x00ff00ff00ff00ff) * (100 << 16 | 1) >> 16;
  return (digits & 0x0000ffff0000ffff) * (10000ULL << 32 | 1) >> 32;
}

static bool are_digits(uint64_t eight) {
  constexpr uint64_t ones = 0x0101010101010101;
  // Bytes from '0' on stay without a high bit when '0' is taken away, and get none with 118 more when below 10.
  return (((eight - '0' * ones) | (eight - '0' * ones + 118 * ones) | eight) & 0x80 * ones) == 0;
}

unsigned mod97(std::string_view text, unsigned remainder) {
  constexpr uint64_t almost_full = 100000000000000000;  // and two digits more fit 64 bits
  uint64_t number = remainder;
  constexpr uint64_t before_eight = 100000000000;
  while (text.size() >= 8 && are_digits(load_le64(text.data()))) {
    if (number >= before_eight) number %= 97;
    number = number * 100000000 + number_of_eight(load_le64(text.data()));
    text.remove_prefix(8);
  }
  for (const char c : text) {
    if (number >= almost_full) number %= 97;
    number = is_digit(c) ? number * 10 + digit_of(c) : number * 100 + static_cast<unsigned>(to_upper(c) - 'A' + 10);
  }
  return static_cast<unsigned>(number % 97);
}

}  // namespace confiture::mask

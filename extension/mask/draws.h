// Small random numbers, one after the other, from the PRF output of one value.
#pragma once

#include <bit>
#include <cstdint>

#include "mask/bits.h"
#include "mask/prf.h"

namespace confiture::mask {

// Takes each number from the top of a word and goes on with what is left of it; with the next word when less than 2^20
// times the range is left, so that the bias stays below 2^-20.
class Draws {
 public:
  Draws(const Prf128 &prf, const PrfOutput &seed) : prf_(prf), seed_(seed), word_(seed.lo) {}

  // Returns a number below n; 1 <= n <= 2^32.
  uint32_t operator()(uint64_t n) {
    const int bits = static_cast<int>(std::bit_width(n - 1));
    if (left_ < bits + spare_bits) next_word();
    left_ -= bits;
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{word_} * n;
    word_ = static_cast<uint64_t>(product);
    return static_cast<uint32_t>(product >> 64);
  }

 private:
  static constexpr int spare_bits = 20;

  void next_word() {
    left_ = 64;
    if (++words_ == 1) {
      word_ = seed_.hi;
    } else if (words_ % 2 == 0) {
      char label[24];
      store_le64(label, seed_.lo);
      store_le64(label + 8, seed_.hi);
      store_le64(label + 16, words_);
      more_ = prf_(std::string_view(label, sizeof label));
      word_ = more_.lo;
    } else {
      word_ = more_.hi;
    }
  }

  const Prf128 &prf_;
  const PrfOutput seed_;
  PrfOutput more_{};
  uint64_t word_;
  uint64_t words_ = 0;
  int left_ = 64;
};

// Writes n random decimal digits, four of a draw.
inline void draw_digits(Draws &draws, char *digits, size_t n) {
  for (; n >= 4; n -= 4, digits += 4) {
    const uint32_t four = draws(10000), high = four / 100, low = four % 100;
    digits[0] = static_cast<char>('0' + high / 10);
    digits[1] = static_cast<char>('0' + high % 10);
    digits[2] = static_cast<char>('0' + low / 10);
    digits[3] = static_cast<char>('0' + low % 10);
  }
  for (size_t i = 0; i < n; i++) digits[i] = static_cast<char>('0' + draws(10));
}

}  // namespace confiture::mask

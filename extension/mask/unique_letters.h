// 100 bits of a PRF output as 20 characters of base32 (RFC 4648, lower case): what makes an invented value unique.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mask/siphash.h"

namespace confiture::mask {

constexpr uint32_t unique_letters = 20;

// Two characters at once, the less significant one first.
constexpr auto base32_pairs = [] {
  constexpr char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<char, 2048> pairs{};
  for (size_t i = 0; i < 1024; i++) {
    pairs[2 * i] = base32[i % 32];
    pairs[2 * i + 1] = base32[i / 32];
  }
  return pairs;
}();

inline const char *base32_pair(uint64_t random) { return base32_pairs.data() + 2 * (random & 1023); }

inline void write_unique_letters(char *to, const PrfOutput &random) {
  for (size_t i = 0; i < 6; i++) std::memcpy(to + 2 * i, base32_pair(random.lo >> 10 * i), 2);
  for (size_t i = 0; i < 4; i++) std::memcpy(to + 12 + 2 * i, base32_pair(random.hi >> 10 * i), 2);
}

}  // namespace confiture::mask

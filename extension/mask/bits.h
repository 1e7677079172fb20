// Small integer helpers of the keyed strategies.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace confiture::mask {

constexpr uint64_t little_endian(uint64_t x) {
  return std::endian::native == std::endian::little ? x : __builtin_bswap64(x);
}

inline uint64_t load_le64(const void *p) {
  uint64_t x;
  std::memcpy(&x, p, 8);
  return little_endian(x);
}

inline void store_le64(void *p, uint64_t x) {
  x = little_endian(x);
  std::memcpy(p, &x, 8);
}

// Maps 64 random bits to 0 .. n-1 without a division (Lemire, "Fast random integer generation in an interval",
// 2019). Left as it is, without rejection, the bias is n / 2^64: nothing for the small n used here.
constexpr uint64_t scale(uint64_t random, uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((Wide{random} * n) >> 64);
}

}  // namespace confiture::mask

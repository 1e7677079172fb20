// SipHash-2-4 with 128-bit output (Aumasson, Bernstein: SipHash, 2012), over one word or over a vector of words that
// belong to as many inputs.
#pragma once

#include <cstdint>
#include <string_view>

#include "mask/bits.h"

namespace confiture::mask {

struct PrfOutput {
  uint64_t lo, hi;
};

// Vectors need the instruction set of the calling function, hence always inline and no vector by value.
#define CONFITURE_INLINE [[gnu::always_inline]] inline

// Four words and the ARX round of the paper's figure 2.1.
template <typename Word>
struct SipState {
  Word v0, v1, v2, v3;

  // 128-bit output differs from the 64-bit one in three constants: 0xee here, 0xee and 0xdd in the last rounds.
  CONFITURE_INLINE SipState(const Word &k0, const Word &k1)
      : v0(k0 ^ 0x736f6d6570736575U),
        v1(k1 ^ (0x646f72616e646f6dU ^ 0xee)),
        v2(k0 ^ 0x6c7967656e657261U),
        v3(k1 ^ 0x7465646279746573U) {}

  CONFITURE_INLINE void round() {
    v0 += v1, v1 = (v1 << 13 | v1 >> 51) ^ v0, v0 = v0 << 32 | v0 >> 32;
    v2 += v3, v3 = (v3 << 16 | v3 >> 48) ^ v2;
    v0 += v3, v3 = (v3 << 21 | v3 >> 43) ^ v0;
    v2 += v1, v1 = (v1 << 17 | v1 >> 47) ^ v2, v2 = v2 << 32 | v2 >> 32;
  }
  CONFITURE_INLINE void absorb(const Word &input) {
    v3 ^= input;
    round(), round();
    v0 ^= input;
  }
  CONFITURE_INLINE void finish(Word &lo, Word &hi) {
    v2 ^= 0xee;
    round(), round(), round(), round();
    lo = v0 ^ v1 ^ v2 ^ v3;
    v1 ^= 0xdd;
    round(), round(), round(), round();
    hi = v0 ^ v1 ^ v2 ^ v3;
  }
};

#undef CONFITURE_INLINE

// What is absorbed last: the bytes behind the last whole word, and the length modulo 256 in the top byte. Values of
// many lengths would make a loop over bytes guess wrong at each: the 8 bytes before the end hold them too.
inline uint64_t last_word(std::string_view input) {
  const size_t left = input.size() % 8;
  const char *const end = input.data() + input.size();
  uint64_t word = uint64_t{input.size()} << 56;
  if (input.size() >= 8)
    word |= left == 0 ? 0 : load_le64(end - 8) >> (64 - 8 * left);
  else
    for (size_t i = 0; i < left; i++) word |= uint64_t{static_cast<unsigned char>(input[i])} << (8 * i);
  return word;
}

}  // namespace confiture::mask

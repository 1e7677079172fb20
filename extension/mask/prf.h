// The keyed function of the generators: SipHash-2-4 with 128-bit output. About 20 ns for short input.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mask/keys.h"
#include "mask/siphash.h"

namespace confiture::mask {

class Prf128 {
 public:
  explicit Prf128(const Subkey &key);  // takes the first 16 bytes
  PrfOutput operator()(std::string_view input) const;
  // The same as hashing the little-endian bytes of the words. Inline: who takes half of the output computes no more.
  template <typename... Words>
  PrfOutput operator()(uint64_t first, Words... others) const {
    SipState<uint64_t> state(k0_, k1_);
    state.absorb(first);
    (state.absorb(others), ...);
    state.absorb(uint64_t{8 * (1 + sizeof...(others))} << 56);
    PrfOutput out;
    state.finish(out.lo, out.hi);
    return out;
  }

  // Of many inputs: with AVX-512 or AVX2 eight side by side, in half of the time or less.
  void operator()(std::span<const std::string_view> inputs, PrfOutput *outputs) const;

  uint64_t k0() const { return k0_; }
  uint64_t k1() const { return k1_; }

 private:
  uint64_t k0_, k1_;
};

}  // namespace confiture::mask

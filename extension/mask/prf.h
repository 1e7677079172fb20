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
  PrfOutput operator()(uint64_t input) const;

  // Of many inputs: with AVX-512 or AVX2 eight side by side, in half of the time or less.
  void operator()(std::span<const std::string_view> inputs, PrfOutput *outputs) const;

 private:
  uint64_t k0_, k1_;
};

}  // namespace confiture::mask

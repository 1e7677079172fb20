// Range of the integer types of SQL.
#pragma once

#include <cstdint>

#include "mask/error.h"

namespace confiture::mask {

// Does the number fit a signed integer of `bits` (16, 32, 64) bits?
inline bool fits_in_bits(int64_t number, int bits) {
  const int unused = 64 - bits;
  return static_cast<int64_t>(static_cast<uint64_t>(number) << unused) >> unused == number;
}

// What a strategy returned, checked before it is cut to the column's width.
inline int64_t checked_integer(int64_t masked, int bits) {
  if (!fits_in_bits(masked, bits)) fail(Code::internal, "a strategy returned an integer outside its column's range");
  return masked;
}

}  // namespace confiture::mask

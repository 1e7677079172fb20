// What a column of numbers takes: the range of its type, the digits of its modifier. Shared by the strategies that
// compute with numbers; their options are decimal numbers, whatever the column's type.
#pragma once

#include <cstdint>
#include <string_view>

#include "mask/registry.h"

namespace confiture::mask {

// Is the kind one of integers?
constexpr bool is_integer(ValueKind kind) { return (integer_kinds & kind_bit(kind)) != 0; }
// Bits of an integer kind.
constexpr int bits_of(ValueKind kind) { return 8 * traits_of(kind).binary_size; }

constexpr int64_t highest_integer(int bits) { return static_cast<int64_t>(UINT64_MAX >> (65 - bits)); }
constexpr int64_t lowest_integer(int bits) { return -highest_integer(bits) - 1; }

// Numbers in units of 10^-decimals, as far as they fit 63 bits. False: too large, or too fine for `decimals`.
bool to_units(const Numeric &number, int decimals, int64_t &units);

// As a double, to within its precision; huge numbers become the largest.
double to_double(const Numeric &number);

// Decimals behind the point that numeric values may have in the column; without a modifier `fallback`.
inline int scale_of(const ColumnFit &fit, int fallback) { return fit.precision == 0 ? fallback : fit.scale; }

// Makes numeric values fit: rounds them to the column's scale, and takes the nearest where one is too large.
class NumericLimit {
 public:
  explicit NumericLimit(const ColumnFit &fit);
  void apply(Numeric &number) const;
  // As apply() would leave it?
  bool takes(const Numeric &number) const;

 private:
  bool is_limited_;
  int scale_;
  Numeric largest_;
};

}  // namespace confiture::mask

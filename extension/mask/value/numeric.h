// numeric: exact decimal numbers, in base 10000 as PostgreSQL stores and sends them. No floating point.
//
// The value is the sum of digits[i] * 10000^(weight - i). All digits lie in the object, which is large and never filled
// before it is needed: no allocation for a value.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mask/byte_sink.h"

namespace confiture::mask {

struct Numeric {
  // PostgreSQL: 131072 decimal digits before the point, 16383 behind it.
  static constexpr int most_weight = 32767;
  static constexpr int most_scale = 16383;
  static constexpr int most_digits = most_weight + 1 + (most_scale + 3) / 4;

  enum class Special : uint8_t { none, nan, infinity, negative_infinity };

  Special special = Special::none;
  bool is_negative = false;
  int weight = 0;
  int scale = 0;  // decimal digits behind the point that are shown
  int size = 0;
  int16_t digits[most_digits + 4];  // and room for a carry

  Numeric() = default;  // zero; leaves `digits` as they are
  Numeric(const Numeric &other) { *this = other; }
  Numeric &operator=(const Numeric &other);

  // number / 10^scale
  Numeric(int64_t number, int decimals);

  bool is_zero() const { return size == 0; }
  int digit(int i) const { return i >= 0 && i < size ? digits[i] : 0; }
  // Takes zeros away from both ends: equal numbers then have equal digits.
  void normalize();

  // Cuts to `decimals` digits behind the point, or before it if negative, and shows max(decimals, 0) of them. Rounding
  // takes halves away from zero.
  void truncate(int decimals);
  void round(int decimals);
  // Is it as truncate() leaves it, apart from what is shown? False if that is not seen at once.
  bool has_no_more_than(int decimals) const;
  // Multiplies by a factor of at most 2^40 / 10^8. The value becomes exact, with up to eight decimals more.
  void multiply(uint64_t hundred_millionths);
  // The same, rounded.
  void multiply(uint64_t hundred_millionths, int decimals);
  void add(const Numeric &other);
  // The value modulo size / 10^decimals, of the magnitude, where size is at most 10^15; in units of 10^-decimals.
  // Digits behind `decimals` do not count.
  uint64_t remainder(uint64_t divisor, int decimals) const;
};

// Compares the magnitudes, or the values: negative, 0 or positive, as memcmp() does.
int compare_magnitudes(const Numeric &left, const Numeric &right);
int compare(const Numeric &left, const Numeric &right);

// Reads digits with a point, as numeric_out() writes them; nothing else, no exponent. False: it is no such number.
bool read_decimal(std::string_view text, Numeric &number);
void write_decimal(const Numeric &number, ByteSink &out);

}  // namespace confiture::mask

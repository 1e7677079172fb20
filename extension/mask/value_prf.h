// The PRF of typed values: equal values give equal outputs, however they are written.
#pragma once

#include <bit>
#include <cstring>

#include "mask/bits.h"
#include "mask/strategy.h"
#include "mask/value/interval.h"
#include "mask/value/moment.h"
#include "mask/value/numeric.h"
#include "mask/value/point.h"

namespace confiture::mask {

inline PrfOutput prf_of(const Prf128 &prf, int64_t number) { return prf(static_cast<uint64_t>(number)); }

inline PrfOutput prf_of(const Prf128 &prf, std::string_view bytes) { return prf(bytes); }

inline PrfOutput prf_of(const Prf128 &prf, const ZonedTime &zoned) {
  return prf(static_cast<uint64_t>(zoned.time), static_cast<uint64_t>(zoned.west));
}

inline PrfOutput prf_of(const Prf128 &prf, const Uuid &uuid) {
  return prf(std::string_view(reinterpret_cast<const char *>(uuid.data()), uuid.size()));
}

// A date and the timestamp at its midnight are alike.
inline PrfOutput prf_of(const Prf128 &prf, const Moment &moment) {
  return prf(static_cast<uint64_t>(moment.day), static_cast<uint64_t>(moment.time));
}

// The same of several, at most as many as are masked side by side.
inline void prf_of_all(const Prf128 &prf, std::span<const Moment> moments, PrfOutput *outputs) {
  constexpr size_t size = 16;
  char bytes[Strategy::side_by_side][size];
  std::string_view inputs[Strategy::side_by_side];
  for (size_t i = 0; i < moments.size(); i++) {
    store_le64(bytes[i], static_cast<uint64_t>(moments[i].day));
    store_le64(bytes[i] + 8, static_cast<uint64_t>(moments[i].time));
    inputs[i] = {bytes[i], size};
  }
  prf({inputs, moments.size()}, outputs);
}

// 1.0 and 1.00 are alike; no number in digits is like one of another type.
inline PrfOutput prf_of(const Prf128 &prf, const Numeric &number) {
  constexpr int few = 16;
  if (number.size <= few) {
    char bytes[2 * few + 8];
    store_le64(bytes, static_cast<uint64_t>(number.weight) << 1 | (number.is_negative ? 1 : 0));
    std::memcpy(bytes + 8, number.digits, 2 * static_cast<size_t>(number.size));
    return prf(std::string_view(bytes, 8 + 2 * static_cast<size_t>(number.size)));
  }
  PrfOutput out =
      prf(std::string_view(reinterpret_cast<const char *>(number.digits), 2 * static_cast<size_t>(number.size)));
  out.lo ^= static_cast<uint64_t>(number.weight) << 1 | (number.is_negative ? 1 : 0);
  return prf(std::string_view(reinterpret_cast<const char *>(&out), sizeof out));
}

inline PrfOutput prf_of(const Prf128 &prf, double number) {
  return prf(std::bit_cast<uint64_t>(number == 0 ? 0.0 : number));  // of 0 and -0 alike
}

inline PrfOutput prf_of(const Prf128 &prf, const Point &point) {
  char bytes[16];
  store_le64(bytes, std::bit_cast<uint64_t>(point.x == 0 ? 0.0 : point.x));
  store_le64(bytes + 8, std::bit_cast<uint64_t>(point.y == 0 ? 0.0 : point.y));
  return prf(std::string_view(bytes, sizeof bytes));
}

// 1 day and 24:00:00 are alike, as they are equal.
inline PrfOutput prf_of(const Prf128 &prf, const Interval &interval) {
  const auto span = interval.span();
  return prf(static_cast<uint64_t>(span), static_cast<uint64_t>(span >> 64));
}

}  // namespace confiture::mask

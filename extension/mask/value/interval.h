// interval: its three parts, which PostgreSQL never converts into each other.
#pragma once

#include <cstdint>

namespace confiture::mask {

struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t microseconds = 0;

  // Since PostgreSQL 17 all parts at their end mean infinity.
  bool is_infinite() const {
    return (months == INT32_MAX && days == INT32_MAX && microseconds == INT64_MAX) ||
           (months == INT32_MIN && days == INT32_MIN && microseconds == INT64_MIN);
  }
  // What intervals are compared by: microseconds, with months of 30 days.
  __extension__ using Span = __int128;
  Span span() const {
    constexpr int64_t day = 24 * 60 * 60 * 1000000LL;
    return (Span{months} * 30 + days) * day + microseconds;
  }
  bool is_negative_infinity() const { return is_infinite() && months < 0; }
};

}  // namespace confiture::mask

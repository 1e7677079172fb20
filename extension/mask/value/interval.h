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
  bool is_negative_infinity() const { return is_infinite() && months < 0; }
};

}  // namespace confiture::mask

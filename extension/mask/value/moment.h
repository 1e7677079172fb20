// date, timestamp and timestamptz: a day and the time in it. Timestamps with time zone are in UTC, as they are stored.
#pragma once

#include <compare>
#include <cstdint>

#include "mask/vocabulary.h"

namespace confiture::mask {

constexpr int64_t second_length = 1000000;  // microseconds
constexpr int64_t minute_length = 60 * second_length;
constexpr int64_t hour_length = 60 * minute_length;
constexpr int64_t day_length = 24 * hour_length;

struct Moment {
  int64_t day = 0;   // since 2000-01-01
  int64_t time = 0;  // microseconds of the day; 0 in a date
  auto operator<=>(const Moment &) const = default;
};

// time with time zone.
struct ZonedTime {
  int64_t time = 0;  // microseconds of the day
  int32_t west = 0;  // of Greenwich, in seconds; less than 16 hours to either side
};
constexpr int32_t zone_limit = 16 * 60 * 60;

// The days that values of the kind may be in (PostgreSQL, datetime.h and timestamp.h): from 4714-11-24 BC to 5874897 of
// dates, to 294276 of timestamps.
constexpr int64_t first_day = -2451545;
constexpr int64_t last_day(ValueKind kind) { return kind == ValueKind::date ? 2145031948 : 106751982; }

// A date in the proleptic Gregorian calendar. Year 0 is 1 BC.
struct CivilDate {
  int64_t year;
  int month, day;
};
CivilDate civil_date(int64_t day);
int64_t day_of(const CivilDate &date);

struct Year {
  int64_t number, first_day;
  int days;
};
Year year_of(int64_t day);
int days_in_month(int64_t year, int month);

}  // namespace confiture::mask

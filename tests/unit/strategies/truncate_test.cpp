// truncate: beginnings of months and the like.
#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string truncated(ValueKind kind, const std::string &to, std::string_view value) {
  return mask_as(kind, "truncate", to.empty() ? "{}" : "{\"to\": \"" + to + "\"}", value);
}

TEST(truncate, of_dates) {
  EXPECT_EQ(truncated(ValueKind::date, "", "2024-08-17"), "2024-08-01");
  EXPECT_EQ(truncated(ValueKind::date, "quarter", "2024-08-17"), "2024-07-01");
  EXPECT_EQ(truncated(ValueKind::date, "quarter", "2024-12-31"), "2024-10-01");
  EXPECT_EQ(truncated(ValueKind::date, "year", "2024-08-17"), "2024-01-01");
  EXPECT_EQ(truncated(ValueKind::date, "decade", "2029-08-17"), "2020-01-01");
  EXPECT_EQ(truncated(ValueKind::date, "year", "0044-03-15 BC"), "0044-01-01 BC");
  EXPECT_EQ(truncated(ValueKind::date, "year", "4714-12-31 BC"), "4714-11-24 BC") << "the first day there is";
  EXPECT_EQ(truncated(ValueKind::date, "year", "infinity"), "infinity");
}

TEST(truncate, of_timestamps) {
  EXPECT_EQ(truncated(ValueKind::timestamp, "", "2024-08-17 12:34:56.7"), "2024-08-01 00:00:00");
  EXPECT_EQ(truncated(ValueKind::timestamp, "day", "2024-08-17 12:34:56.7"), "2024-08-17 00:00:00");
  EXPECT_EQ(truncated(ValueKind::timestamp, "hour", "1999-08-17 12:34:56.7"), "1999-08-17 12:00:00");
  EXPECT_EQ(truncated(ValueKind::timestamp, "minute", "1999-08-17 12:34:56.7"), "1999-08-17 12:34:00");
  EXPECT_EQ(truncated(ValueKind::timestamptz, "", "2024-08-01 00:30:00+02"), "2024-07-01 00:00:00+00") << "in UTC";
}

TEST(truncate, of_times_and_intervals) {
  EXPECT_EQ(truncated(ValueKind::time, "", "12:34:56.7"), "12:00:00");
  EXPECT_EQ(truncated(ValueKind::time, "minute", "12:34:56.7"), "12:34:00");
  EXPECT_EQ(truncated(ValueKind::time, "hour", "24:00:00"), "24:00:00");
  EXPECT_EQ(truncated(ValueKind::timetz, "", "12:34:56.7-07"), "12:00:00-07");
  const char *const long_time = "1 year 7 mons 3 days 04:05:06.7", *const negative =
                                                                       "-1 years -7 mons -3 days -04:05:06.7";
  EXPECT_EQ(truncated(ValueKind::interval, "", long_time), "1 year 7 mons");
  EXPECT_EQ(truncated(ValueKind::interval, "day", long_time), "1 year 7 mons 3 days");
  EXPECT_EQ(truncated(ValueKind::interval, "hour", long_time), "1 year 7 mons 3 days 04:00:00");
  EXPECT_EQ(truncated(ValueKind::interval, "quarter", negative), "-1 years -6 mons");
  EXPECT_EQ(truncated(ValueKind::interval, "year", negative), "-1 years");
  EXPECT_EQ(truncated(ValueKind::interval, "minute", negative), "-1 years -7 mons -3 days -04:05:00");
}

TEST(truncate, knows_the_units_of_the_type) {
  EXPECT_EQ(make_error("truncate", R"({"to": "hour"})", {.kind = ValueKind::date}).message,
            "strategy \"truncate\": option \"to\" must be month, quarter, year or decade");
  EXPECT_EQ(make_error("truncate", R"({"to": "day"})", {.kind = ValueKind::time}).message,
            "strategy \"truncate\": option \"to\" must be minute or hour");
  EXPECT_EQ(make_error("truncate", R"({"to": "week"})", {.kind = ValueKind::timestamp}).code, Code::bad_option);
}

}  // namespace
}  // namespace confiture::mask

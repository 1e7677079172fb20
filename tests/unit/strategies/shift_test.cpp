// shift: some days to either side.
#include <set>

#include <gtest/gtest.h>

#include "mask/value/moment.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

int64_t shifted_by(const Strategy &strategy, int64_t day, int64_t time = 0) {
  Moment moment{day, time};
  strategy.mask_moment(moment);
  EXPECT_EQ(moment.time, time);
  return moment.day - day;
}

TEST(shift, moves_by_each_distance_but_none) {
  auto made = make_for("shift", R"({"days": 3})", {.kind = ValueKind::date});
  std::set<int64_t> seen;
  for (int64_t day = 0; day < 1000; ++day) seen.insert(shifted_by(*made, day));
  EXPECT_EQ(seen, (std::set<int64_t>{-3, -2, -1, 1, 2, 3}));
}

TEST(shift, keeps_the_time_of_day_and_agrees_between_types) {
  auto date = make_for("shift", "{}", {.kind = ValueKind::date});
  auto stamp = make_for("shift", "{}", {.kind = ValueKind::timestamptz});
  for (int64_t day = -1000; day < 1000; ++day) EXPECT_EQ(shifted_by(*date, day), shifted_by(*stamp, day));
  EXPECT_NE(shifted_by(*stamp, 0, day_length - 1), 0);
  const std::string masked = mask_as(ValueKind::timestamp, "shift", "{}", "2024-03-01 12:34:56.789012");
  EXPECT_EQ(masked.substr(10), " 12:34:56.789012");
}

TEST(shift, stays_within_the_type) {
  for (ValueKind kind : {ValueKind::date, ValueKind::timestamp}) {
    auto made = make_for("shift", R"({"days": 36500})", {.kind = kind});
    for (int64_t i = 0; i < 1000; ++i)
      for (int64_t day : {first_day + i, last_day(kind) - i}) {
        const int64_t moved = day + shifted_by(*made, day);
        ASSERT_GE(moved, first_day);
        ASSERT_LE(moved, last_day(kind));
      }
  }
  EXPECT_EQ(mask_as(ValueKind::date, "shift", "{}", "-infinity"), "-infinity");
}

TEST(shift, moves_times_round_the_clock) {
  for (const ValueKind kind : {ValueKind::time, ValueKind::timetz}) {
    const auto made = make_for("shift", R"({"minutes": 3})", {.kind = kind});
    std::set<int64_t> seen;
    for (int64_t i = -500; i < 500; ++i) {
      const int64_t time = (i + 24 * 60) * minute_length % day_length + 7 * second_length,
                    masked = made->mask_time(time);
      ASSERT_TRUE(masked >= 0 && masked < day_length);
      seen.insert((masked - time + day_length + 3 * minute_length) % day_length / minute_length - 3);
    }
    EXPECT_EQ(seen, (std::set<int64_t>{-3, -2, -1, 1, 2, 3}));
  }
  const std::string masked = mask_as(ValueKind::timetz, "shift", "{}", "23:59:59.5+05:30");
  EXPECT_EQ(masked.substr(5), ":59.5+05:30");
  EXPECT_NE(masked, "23:59:59.5+05:30");
  EXPECT_NE(mask_as(ValueKind::time, "shift", "{}", "24:00:00"), "24:00:00");
  EXPECT_EQ(make_error("shift", R"({"minutes": 721})", {.kind = ValueKind::time}).code, Code::bad_option);
  EXPECT_EQ(make_error("shift", R"({"days": 3})", {.kind = ValueKind::time}).code, Code::bad_option);
  EXPECT_EQ(make_error("shift", R"({"minutes": 3})", {.kind = ValueKind::date}).code, Code::bad_option);
}

TEST(shift, has_bounds) {
  for (const char *bad : {R"({"days": 0})", R"({"days": -1})", R"({"days": 36501})", R"({"days": 1.5})"})
    EXPECT_EQ(make_error("shift", bad, {.kind = ValueKind::date}).code, Code::bad_option) << bad;
}

}  // namespace
}  // namespace confiture::mask

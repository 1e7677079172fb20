// random_date: any date between two.
#include <set>

#include <gtest/gtest.h>

#include "mask/value/moment.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(random_date, fills_its_range_and_is_another_day) {
  auto made = make_for("random_date", R"({"min": "2024-02-27", "max": "2024-03-02"})", {.kind = ValueKind::date});
  std::set<std::string> seen;
  for (int64_t day = day_of({2024, 1, 1}); day < day_of({2024, 12, 31}); ++day) {
    Moment moment{day, 0};
    made->mask_moment(moment);
    ASSERT_NE(moment.day, day);
    ASSERT_TRUE(moment.day >= day_of({2024, 2, 27}) && moment.day <= day_of({2024, 3, 2}));
    seen.insert(std::to_string(moment.day));
  }
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(mask_as(ValueKind::date, "random_date", R"({"min": "2024-01-01", "max": "2024-01-01"})", "2024-01-01"),
            "2024-01-01")
      << "there is no other";
}

TEST(random_date, of_a_timestamp_has_a_time) {
  std::set<std::string> times;
  for (int i = 10; i < 40; ++i) {
    const std::string value = "2024-03-01 12:00:" + std::to_string(i);
    const std::string masked = mask_as(ValueKind::timestamp, "random_date", "{}", value);
    EXPECT_EQ(masked.size(), value.size()) << "whole seconds, which fit timestamp(0)";
    times.insert(masked.substr(11));
  }
  EXPECT_GT(times.size(), 25U);
}

TEST(random_date, of_times) {
  std::set<std::string> seen;
  for (int i = 10; i < 60; ++i) {
    const std::string value = "12:00:" + std::to_string(i) + "+02";
    const std::string masked =
        mask_as(ValueKind::timetz, "random_date", R"({"min": "12:00:10", "max": "12:00:13"})", value);
    EXPECT_NE(masked, value);
    seen.insert(masked);
  }
  EXPECT_EQ(seen, (std::set<std::string>{"12:00:10+02", "12:00:11+02", "12:00:12+02", "12:00:13+02"}));
  EXPECT_NE(mask_as(ValueKind::time, "random_date", "{}", "24:00:00"), "24:00:00");
  const ColumnFit time{.kind = ValueKind::time};
  for (const char *bad : {R"({"min": "9:00"})", R"({"min": "2024-01-01"})", R"({"max": "24:00"})", R"({"max": "1:2"})",
                          R"({"min": "09:00", "max": "08:00"})", R"({"min": "09:00:00.5"})"})
    EXPECT_EQ(make_error("random_date", bad, time).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("random_date", R"({"min": "08:00", "max": "18:30"})", time).code, Code::ok);
}

TEST(random_date, options_are_checked) {
  const ColumnFit date{.kind = ValueKind::date}, stamp{.kind = ValueKind::timestamp};
  for (const char *bad : {R"({"min": "2024"})", R"({"min": "2024-02-30"})", R"({"max": "infinity"})",
                          R"({"min": "2024-01-02", "max": "2024-01-01"})", R"({"min": 2024})"})
    EXPECT_EQ(make_error("random_date", bad, date).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("random_date", R"({"max": "300000-01-01"})", stamp).code, Code::bad_option);
  EXPECT_EQ(make_error("random_date", R"({"max": "300000-01-01"})", date).code, Code::ok);
}

TEST(random_date, has_thirty_years_beside_one_limit) {
  for (int i = 0; i < 100; i++) {
    const std::string value = "1985-03-" + std::to_string(10 + i % 20);
    const std::string before = mask_as(ValueKind::date, "random_date", R"({"max": "1999-12-31"})", value);
    EXPECT_TRUE(before >= "1970-01-01" && before <= "1999-12-31") << before;
    const std::string after = mask_as(ValueKind::date, "random_date", R"({"min": "2035-01-01"})", value);
    EXPECT_TRUE(after >= "2035-01-01" && after <= "2064-12-31") << after;
  }
  EXPECT_EQ(make_error("random_date", R"({"max": "4713-01-02 BC"})", {.kind = ValueKind::date}).code, Code::ok);
  EXPECT_EQ(make_error("random_date", R"({"min": "294276-12-31"})", {.kind = ValueKind::timestamp}).code, Code::ok);
}

}  // namespace
}  // namespace confiture::mask

// birthdate: the same year or band, another day.
#include <set>

#include <gtest/gtest.h>

#include "mask/value/moment.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

int64_t masked_day(const Strategy &strategy, const CivilDate &date) {
  Moment moment{day_of(date), 0};
  strategy.mask_moment(moment);
  return moment.day;
}

TEST(birthdate, stays_in_the_year_and_is_another_day) {
  auto made = make_for("birthdate", "{}", {.kind = ValueKind::date});
  std::set<int64_t> seen;
  for (int64_t day = day_of({1980, 1, 1}); day <= day_of({1983, 12, 31}); ++day) {
    const int64_t masked = masked_day(*made, civil_date(day));
    ASSERT_EQ(civil_date(masked).year, civil_date(day).year);
    ASSERT_NE(masked, day);
    seen.insert(masked);
  }
  EXPECT_GT(seen.size(), 800U) << "of 1461, as chance has it";
}

TEST(birthdate, bands_are_counted_from_year_0) {
  auto made = make_for("birthdate", R"({"band": 5})", {.kind = ValueKind::date});
  std::set<int64_t> years;
  for (int month = 1; month <= 12; ++month)
    for (int64_t year = 1980; year <= 1984; ++year) years.insert(civil_date(masked_day(*made, {year, month, 7})).year);
  EXPECT_EQ(years, (std::set<int64_t>{1980, 1981, 1982, 1983, 1984}));
  const int64_t before_christ = civil_date(masked_day(*made, {-3, 3, 15})).year;
  EXPECT_TRUE(before_christ >= -5 && before_christ <= -1) << before_christ;
}

TEST(birthdate, ages_have_limits_at_a_date) {
  auto made =
      make_for("birthdate", R"({"min_age": 18, "max_age": 89, "as_of": "2024-02-29"})", {.kind = ValueKind::date});
  const int64_t latest = day_of({2006, 2, 28}), earliest = day_of({1934, 2, 28}) + 1;
  for (int64_t year = 1900; year <= 2024; ++year)
    for (int month = 1; month <= 12; ++month) {
      const int64_t masked = masked_day(*made, {year, month, 1});
      ASSERT_TRUE(masked >= earliest && masked <= latest) << year;
      if (year > 1934 && year < 2006) {
        ASSERT_EQ(civil_date(masked).year, year);
      }
      // All that are too old or too young are spread over a year.
      if (year < 1934) {
        ASSERT_LT(masked, earliest + 365);
      }
      if (year > 2006) {
        ASSERT_GT(masked, latest - 365);
      }
    }
}

TEST(birthdate, options_are_checked) {
  const ColumnFit date{.kind = ValueKind::date};
  EXPECT_EQ(make_error("birthdate", R"({"min_age": 18})", date).message,
            "strategy \"birthdate\": option \"as_of\" is missing: the date at which ages count");
  for (const char *bad :
       {R"({"as_of": "2024-01-01"})", R"({"band": 0})", R"({"band": 101})",
        R"({"max_age": 201, "as_of": "2024-01-01"})", R"({"min_age": 30, "max_age": 20, "as_of": "2024-01-01"})",
        R"({"min_age": 30, "as_of": "tomorrow"})", R"({"min_age": 30, "as_of": "infinity"})"})
    EXPECT_EQ(make_error("birthdate", bad, date).code, Code::bad_option) << bad;
}

TEST(birthdate, of_a_timestamp_is_midnight) {
  const std::string masked = mask_as(ValueKind::timestamp, "birthdate", "{}", "1985-03-01 12:34:56");
  EXPECT_EQ(masked.substr(0, 4), "1985");
  EXPECT_EQ(masked.substr(10), " 00:00:00");
}

}  // namespace
}  // namespace confiture::mask

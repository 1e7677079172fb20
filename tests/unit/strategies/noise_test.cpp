// noise: near the value, with its sign and decimals.
#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

ColumnFit numeric(uint32_t precision, int32_t scale) {
  return {.kind = ValueKind::numeric, .precision = precision, .scale = scale};
}

TEST(noise, of_integers_is_a_share) {
  auto made = make_for("noise", "{}", {.kind = ValueKind::int8});
  std::set<int64_t> seen;
  int64_t sum = 0;
  for (int64_t value = 100000; value < 110000; ++value) {
    const int64_t masked = made->mask_integer(value, 64);
    ASSERT_LE(std::abs(masked - value), value / 10 + 1);
    seen.insert(masked);
    sum += masked - value;
  }
  EXPECT_GT(seen.size(), 5000U);
  EXPECT_LT(std::abs(sum), 100 * 10000) << "no drift";
  EXPECT_EQ(made->mask_integer(0, 64), 0);
  for (int64_t value : {INT64_MAX, INT64_MIN, int64_t{-5}}) EXPECT_EQ(made->mask_integer(value, 64) < 0, value < 0);
  auto small = make_for("noise", R"({"relative": 1})", {.kind = ValueKind::int2});
  for (int64_t value = -32768; value <= 32767; ++value) {
    const int64_t masked = small->mask_integer(value, 16);
    ASSERT_TRUE(masked >= -32768 && masked <= 32767 && (masked == 0 || (masked < 0) == (value < 0))) << value;
  }
}

TEST(noise, of_numerics_is_exact_and_keeps_the_scale) {
  auto made = make_for("noise", "{}", {.kind = ValueKind::numeric});
  for (int i = 0; i < 2000; ++i) {
    const std::string value = std::to_string(1000 + i) + "." + std::to_string(10 + i % 90);
    const std::string masked = masked_as(ValueKind::numeric, *made, value);
    ASSERT_EQ(masked.find('.'), masked.size() - 3) << masked;
    ASSERT_NEAR(std::stod(masked), std::stod(value), std::stod(value) / 10 + 0.01);
  }
  EXPECT_EQ(masked_as(ValueKind::numeric, *made, "0.00"), "0.00");
  EXPECT_EQ(masked_as(ValueKind::numeric, *made, "-12.50")[0], '-');
  EXPECT_EQ(masked_as(ValueKind::numeric, *made, "NaN"), "NaN");
  const std::string large = masked_as(ValueKind::numeric, *made, std::string(60, '7'));
  EXPECT_TRUE(large.size() == 60 && large != std::string(60, '7')) << large;
  EXPECT_EQ(masked_as(ValueKind::numeric, *made, "1.0"), masked_as(ValueKind::numeric, *made, "1.00").substr(0, 3))
      << "equal numbers are changed alike";
}

TEST(noise, fits_the_column) {
  auto made = make_for("noise", R"({"relative": 1})", numeric(4, 2));
  bool is_cut = false;
  for (int i = 5000; i < 9999; ++i) {
    const std::string value = std::to_string(i).insert(2, ".");
    const std::string masked = masked_as(ValueKind::numeric, *made, value);
    ASSERT_LE(masked.size(), 5U) << masked;
    is_cut |= masked == "99.99";
  }
  EXPECT_TRUE(is_cut);
  EXPECT_EQ(masked_as(ValueKind::numeric, *make_for("noise", "{}", numeric(3, -2)), "12300").substr(3), "00");
  EXPECT_EQ(masked_as(ValueKind::numeric, *make_for("noise", "{}", numeric(2, 4)), "0.0099").size(), 6U);
}

TEST(noise, of_an_amount_never_turns_the_sign) {
  const char *const options = R"({"absolute": 500})";
  auto integer = make_for("noise", options, {.kind = ValueKind::int4});
  auto exact = make_for("noise", options, {.kind = ValueKind::numeric});
  auto real = make_for("noise", options, {.kind = ValueKind::float8});
  bool is_zero = false;
  for (int value = 1; value < 2000; ++value) {
    const int64_t masked = integer->mask_integer(value, 32);
    ASSERT_TRUE(masked >= 0 && std::abs(masked - value) <= 500);
    ASSERT_LE(integer->mask_integer(-value, 32), 0);
    const double from_numeric = std::stod(masked_as(ValueKind::numeric, *exact, std::to_string(value) + ".25"));
    ASSERT_TRUE(from_numeric >= 0 && std::abs(from_numeric - value) <= 501);
    ASSERT_GE(real->mask_float(value, 64), 0);
    is_zero |= masked == 0;
  }
  EXPECT_TRUE(is_zero);
}

TEST(noise, has_limits_and_decimals) {
  const char *const options = R"({"relative": 0.5, "min": 10.5, "max": 20, "decimals": 1})";
  auto exact = make_for("noise", options, {.kind = ValueKind::numeric});
  auto real = make_for("noise", options, {.kind = ValueKind::float8});
  for (int value = 1; value < 100; ++value) {
    const std::string masked = masked_as(ValueKind::numeric, *exact, std::to_string(value) + ".125");
    ASSERT_TRUE(masked.size() == 4 && masked >= "10.5" && masked <= "20.0") << masked;
    const double number = real->mask_float(value + 0.125, 64);
    ASSERT_TRUE(number >= 10.5 && number <= 20 && std::abs(number * 10 - std::round(number * 10)) < 1e-9) << number;
  }
  EXPECT_EQ(make_for("noise", R"({"min": 7, "max": 9})", {.kind = ValueKind::int4})->mask_integer(100, 32), 9);
}

TEST(noise, of_floats_is_finite) {
  auto made = make_for("noise", R"({"relative": 1})", {.kind = ValueKind::float4});
  for (double value : {3.4028234663852886e38, -3.4028234663852886e38, 1e-45, 0.0}) {
    const double masked = made->mask_float(value, 32);
    EXPECT_TRUE(std::isfinite(static_cast<float>(masked))) << value;
    EXPECT_TRUE(masked == 0 || (masked < 0) == (value < 0));
  }
  EXPECT_TRUE(std::isfinite(
      make_for("noise", "{}", {.kind = ValueKind::float8})->mask_float(std::numeric_limits<double>::max(), 64)));
  EXPECT_EQ(mask_as(ValueKind::float8, "noise", "{}", "-Infinity"), "-Infinity");
}

TEST(noise, options_are_checked) {
  const ColumnFit int4{.kind = ValueKind::int4}, exact{.kind = ValueKind::numeric};
  for (const char *bad :
       {R"({"relative": 0})", R"({"relative": 1.1})", R"({"relative": "0.1"})", R"({"relative": -0.1})",
        R"({"absolute": 0})", R"({"absolute": -1})", R"({"absolute": 1, "relative": 0.1})", R"({"min": 2, "max": 1})",
        R"({"min": "1"})", R"({"decimals": -1})", R"({"decimals": 16})"})
    EXPECT_EQ(make_error("noise", bad, exact).code, Code::bad_option) << bad;
  for (const char *bad :
       {R"({"absolute": 1.5})", R"({"min": 0.5})", R"({"decimals": 1})", R"({"max": 99999999999999999999})"})
    EXPECT_EQ(make_error("noise", bad, int4).code, Code::bad_option) << bad;
}

TEST(noise, of_floats_has_the_decimals_of_the_value) {
  for (const ValueKind kind : {ValueKind::float4, ValueKind::float8}) {
    for (int i = 0; i < 200; ++i) {
      const std::string masked = mask_as(kind, "noise", "{}", std::to_string(100 + i) + ".15");
      const size_t point = masked.find('.');
      ASSERT_TRUE(point == std::string::npos || masked.size() - point <= 3) << masked;
    }
    EXPECT_EQ(mask_as(kind, "noise", "{}", "1815").find('.'), std::string::npos);
    EXPECT_EQ(mask_as(kind, "noise", "{}", "NaN"), "NaN");
  }
  EXPECT_GT(mask_as(ValueKind::float8, "noise", "{}", "3.141592653589793").size(), 12U);
  EXPECT_EQ(mask_as(ValueKind::float8, "noise", "{}", "-1e+300")[0], '-');
}

TEST(noise, of_intervals_has_the_units_of_the_value) {
  const auto noisy = [](std::string_view options, std::string_view value) {
    return mask_as(ValueKind::interval, "noise", options, value);
  };
  std::set<std::string> seen;
  for (int i = 10; i < 60; ++i) {
    const std::string masked = noisy("{}", "02:30:" + std::to_string(i));
    EXPECT_TRUE(masked >= "02:15:00" && masked <= "02:46:00" && masked.size() == 8) << masked;
    seen.insert(masked);
  }
  EXPECT_GT(seen.size(), 45U);
  const struct {
    const char *options, *value, *end;
  } cases[] = {{"{}", "300 days", " days"},
               {"{}", "-300 days", " days"},
               {R"({"relative": 0.5})", "8 mons", "s"},
               {R"({"absolute": "4 days"})", "20 days", " days"}};
  for (const auto &[options, value, end] : cases) {
    const std::string masked = noisy(options, value);
    EXPECT_TRUE(masked.ends_with(end) && (masked[0] == '-') == (value[0] == '-')) << masked;
    EXPECT_EQ(masked.find(':'), std::string::npos) << masked;
  }
  EXPECT_EQ(noisy("{}", "00:00:00"), "00:00:00");
  EXPECT_EQ(noisy(R"({"relative": 1})", "infinity"), "infinity");
  EXPECT_EQ(noisy(R"({"max": "1 day"})", "20 days"), "1 day");
  EXPECT_EQ(noisy(R"({"min": "01:00:00"})", "00:10:00"), "01:00:00");
  for (int i = 2; i < 30; ++i) {
    const std::string masked = noisy(R"({"relative": 0.9})", std::to_string(i) + " days 04:00:00.25");
    EXPECT_EQ(masked.find('-'), std::string::npos) << "no part turns its sign: " << masked;
  }
  for (const char *largest : {"178956970 years 7 mons 2147483647 days 2562047788:00:54.775807",
                              "-178956970 years -8 mons -2147483648 days -2562047788:00:54.775808"}) {
    const std::string masked = noisy(R"({"relative": 1})", largest);
    EXPECT_EQ(masked[0] == '-', largest[0] == '-') << masked;
  }
  for (const char *bad : {R"({"absolute": 5})", R"({"absolute": "1 hour"})", R"({"absolute": "-1 days"})",
                          R"({"decimals": 7})", R"({"min": "2 days", "max": "1 day"})"})
    EXPECT_EQ(make_error("noise", bad, {.kind = ValueKind::interval}).code, Code::bad_option) << bad;
}

}  // namespace
}  // namespace confiture::mask

// random_number: any number between two.
#include <set>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(random_number, fills_its_range_and_is_another_number) {
  auto made = make_for("random_number", R"({"min": -2, "max": 2})", {.kind = ValueKind::int4});
  std::set<int64_t> seen;
  for (int64_t value = -100; value < 100; ++value) {
    const int64_t masked = made->mask_integer(value, 32);
    ASSERT_NE(masked, value);
    seen.insert(masked);
  }
  EXPECT_EQ(seen, (std::set<int64_t>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(make_for("random_number", R"({"min": 5, "max": 5})", {.kind = ValueKind::int4})->mask_integer(5, 32), 5);
  auto all = make_for("random_number", R"({"min": -9223372036854775808, "max": 9223372036854775807})",
                      {.kind = ValueKind::int8});
  EXPECT_NE(all->mask_integer(1, 64), all->mask_integer(2, 64));
}

TEST(random_number, has_decimals) {
  auto made = make_for("random_number", R"({"min": 0.5, "max": 9.99, "decimals": 2})", {.kind = ValueKind::numeric});
  for (int i = 0; i < 500; ++i) {
    const std::string masked = masked_as(ValueKind::numeric, *made, std::to_string(i));
    ASSERT_TRUE(masked.size() == 4 && masked >= "0.50" && masked <= "9.99") << masked;
  }
  auto real = make_for("random_number", R"({"min": 0, "max": 1, "decimals": 3})", {.kind = ValueKind::float8});
  for (int i = 0; i < 500; ++i) {
    const double masked = real->mask_float(i, 64);
    ASSERT_TRUE(masked >= 0 && masked <= 1);
  }
}

TEST(random_number, fits_the_column) {
  auto small = make_for("random_number", "{}", {.kind = ValueKind::int2});
  for (int64_t value = 0; value < 1000; ++value) ASSERT_LE(small->mask_integer(value, 16), 32767);
  auto exact = make_for("random_number", "{}", {.kind = ValueKind::numeric, .precision = 4, .scale = 2});
  for (int i = 0; i < 99; ++i) ASSERT_LE(masked_as(ValueKind::numeric, *exact, std::to_string(i)).size(), 5U);
  EXPECT_EQ(make_error("random_number", R"({"max": 40000})", {.kind = ValueKind::int2}).code, Code::does_not_fit);
  EXPECT_EQ(
      make_error("random_number", R"({"max": 100})", {.kind = ValueKind::numeric, .precision = 4, .scale = 2}).code,
      Code::does_not_fit);
  EXPECT_EQ(make_error("random_number", R"({"min": -32769})", {.kind = ValueKind::int2}).code, Code::does_not_fit);
  EXPECT_EQ(make_error("random_number", R"({"min": -32768})", {.kind = ValueKind::int2}).code, Code::ok);
}

TEST(random_number, options_are_checked) {
  for (const char *bad :
       {R"({"min": 2, "max": 1})", R"({"min": 0.5, "decimals": 0})", R"({"decimals": 16})", R"({"max": "9"})"})
    EXPECT_EQ(make_error("random_number", bad, {.kind = ValueKind::numeric}).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("random_number", R"({"decimals": 1})", {.kind = ValueKind::int4}).code, Code::bad_option);
}

TEST(random_number, has_as_many_decimals_as_its_limits) {
  for (int i = 0; i < 100; ++i) {
    const std::string masked =
        mask_as(ValueKind::numeric, "random_number", R"({"min": 0.5, "max": 9.99})", std::to_string(i));
    ASSERT_TRUE(masked.size() == 4 && masked >= "0.50" && masked <= "9.99") << masked;
  }
}

}  // namespace
}  // namespace confiture::mask

// round: halves away from zero, within the type.
#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string rounded(ValueKind kind, int decimals, std::string_view value, uint32_t precision = 0, int32_t scale = 0) {
  auto made = make_for("round", "{\"decimals\": " + std::to_string(decimals) + "}",
                       {.kind = kind, .precision = precision, .scale = scale});
  return masked_as(kind, *made, value);
}

TEST(round, of_integers) {
  EXPECT_EQ(rounded(ValueKind::int4, -2, "1249"), "1200");
  EXPECT_EQ(rounded(ValueKind::int4, -2, "1250"), "1300");
  EXPECT_EQ(rounded(ValueKind::int4, -2, "-1250"), "-1300");
  EXPECT_EQ(rounded(ValueKind::int4, -2, "-1249"), "-1200");
  EXPECT_EQ(rounded(ValueKind::int4, 0, "1249"), "1249");
  EXPECT_EQ(rounded(ValueKind::int4, -18, "2147483647"), "0");
  EXPECT_EQ(rounded(ValueKind::int2, -1, "32767"), "32760") << "32770 is none";
  EXPECT_EQ(rounded(ValueKind::int2, -1, "-32768"), "-32760");
  EXPECT_EQ(rounded(ValueKind::int8, -18, "9223372036854775807"), "9000000000000000000");
  EXPECT_EQ(rounded(ValueKind::int8, -1, "-9223372036854775808"), "-9223372036854775800");
  EXPECT_EQ(mask_as(ValueKind::int4, "round", "{}", "1815"), "1820");
}

TEST(round, of_numerics) {
  EXPECT_EQ(rounded(ValueKind::numeric, 1, "12.345"), "12.3");
  EXPECT_EQ(rounded(ValueKind::numeric, 0, "-12.5"), "-13");
  EXPECT_EQ(rounded(ValueKind::numeric, -3, "12500.99"), "13000");
  EXPECT_EQ(rounded(ValueKind::numeric, 0, "999.99", 5, 2), "999.00") << "1000 does not fit";
  EXPECT_EQ(rounded(ValueKind::numeric, 0, "99.99", 5, 2), "100.00");
  EXPECT_EQ(rounded(ValueKind::numeric, 2, "Infinity"), "Infinity");
}

TEST(round, of_floats) {
  EXPECT_EQ(rounded(ValueKind::float8, 2, "3.14159"), "3.14");
  EXPECT_EQ(rounded(ValueKind::float8, -2, "1250"), "1300");
  EXPECT_EQ(rounded(ValueKind::float8, 2, "1.7976931348623157e+308"), "1.7976931348623157e+308");
  EXPECT_EQ(rounded(ValueKind::float8, 0, "-2.5"), "-3");
  EXPECT_EQ(rounded(ValueKind::float4, 1, "0.25"), "0.3");
  EXPECT_EQ(rounded(ValueKind::float4, -18, "3.4028235e+38"), "3.4028235e+38");
}

TEST(round, options_are_checked) {
  EXPECT_EQ(make_error("round", R"({"decimals": 1})", {.kind = ValueKind::int4}).code, Code::bad_option);
  EXPECT_EQ(make_error("round", R"({"decimals": 19})", {.kind = ValueKind::numeric}).code, Code::bad_option);
  EXPECT_EQ(make_error("round", R"({"decimals": -19})", {.kind = ValueKind::numeric}).code, Code::bad_option);
}

}  // namespace
}  // namespace confiture::mask

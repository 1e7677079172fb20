// bucket: lower bounds of ranges.
#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string bucket(ValueKind kind, const std::string &size, std::string_view value) {
  return mask_as(kind, "bucket", "{\"size\": " + size + "}", value);
}

TEST(bucket, of_integers) {
  EXPECT_EQ(bucket(ValueKind::int4, "50", "149"), "100");
  EXPECT_EQ(bucket(ValueKind::int4, "50", "100"), "100");
  EXPECT_EQ(bucket(ValueKind::int4, "50", "-1"), "-50");
  EXPECT_EQ(bucket(ValueKind::int4, "50", "-50"), "-50");
  EXPECT_EQ(bucket(ValueKind::int2, "10", "-32768"), "-32768") << "-32770 is none";
  EXPECT_EQ(bucket(ValueKind::int2, "10", "-32761"), "-32768");
  EXPECT_EQ(bucket(ValueKind::int8, "1000000000000000", "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(mask_as(ValueKind::int4, "bucket", "{}", "1815"), "1810");
}

TEST(bucket, of_numerics) {
  EXPECT_EQ(bucket(ValueKind::numeric, "0.25", "1.99"), "1.75");
  EXPECT_EQ(bucket(ValueKind::numeric, "0.25", "1.7501"), "1.75");
  EXPECT_EQ(bucket(ValueKind::numeric, "0.25", "-1.7501"), "-2.00");
  EXPECT_EQ(bucket(ValueKind::numeric, "0.25", "-1.75"), "-1.75");
  EXPECT_EQ(bucket(ValueKind::numeric, "100", "12345678901234567890123456789.5"), "12345678901234567890123456700");
  EXPECT_EQ(bucket(ValueKind::numeric, "100", "99.99"), "0");
  EXPECT_EQ(bucket(ValueKind::numeric, "100", "-0.01"), "-100");
  EXPECT_EQ(bucket(ValueKind::numeric, "7", "NaN"), "NaN");
}

TEST(bucket, of_floats) {
  EXPECT_EQ(bucket(ValueKind::float8, "0.25", "1.99"), "1.75");
  EXPECT_EQ(bucket(ValueKind::float8, "50", "-1"), "-50");
  EXPECT_EQ(bucket(ValueKind::float8, "50", "1.7976931348623157e+308"), "1.7976931348623157e+308");
}

TEST(bucket, options_are_checked) {
  for (const char *bad : {R"({"size": 0})", R"({"size": -5})", R"({"size": 1000000000000001})", R"({"size": "10"})"})
    for (ValueKind kind : {ValueKind::int4, ValueKind::numeric, ValueKind::float8})
      EXPECT_EQ(make_error("bucket", bad, {.kind = kind}).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("bucket", R"({"size": 0.5})", {.kind = ValueKind::int4}).code, Code::bad_option);
  EXPECT_EQ(make_error("bucket", R"({"size": 0.0000000001})", {.kind = ValueKind::numeric}).code, Code::bad_option);
}

}  // namespace
}  // namespace confiture::mask

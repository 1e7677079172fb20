#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(map, puts_values_for_given_ones) {
  const char *plans = R"({"values": {"gold": "a", "silver": 2}})";
  EXPECT_EQ(mask("map", plans, "gold"), "a");
  EXPECT_EQ(mask("map", plans, "silver"), "2");
  EXPECT_EQ(mask("map", plans, "Gold"), "[REDACTED]");
  EXPECT_EQ(mask("map", plans, "tin", room(4)), "[RED");
  EXPECT_EQ(mask("map", plans, ""), "");
  EXPECT_EQ(mask("map", R"({"values": {"gold": "a"}, "otherwise": "b"})", "tin"), "b");
  EXPECT_EQ(mask("map", R"({"values": {"gold": "a"}, "keep_others": true})", "tin"), "tin");
}

// The values of a citext column come in lower case, and the keys are compared so.
TEST(map, ignores_case_where_the_column_does) {
  const char *options = R"({"values": {"GOLD": "Aurum", "\u00c4ther": "air"}, "keep_others": true})";
  EXPECT_EQ(mask("map", options, "gold", {.is_folded = true}), "Aurum");
  for (const char *value : {"\u00e4ther", "\u00c4ther"})  // as the source's locale has it
    EXPECT_EQ(mask("map", options, value, {.is_folded = true}), "air");
  EXPECT_EQ(mask("map", options, "gold", {.encoding = CharEncoding::single_byte, .is_folded = true}), "Aurum");
  EXPECT_EQ(mask("map", options, "gold"), "gold");
}

TEST(map, of_integers_and_labels) {
  EXPECT_EQ(mask_as(ValueKind::int4, "map", R"({"values": {"1": 2, "-3": "4"}, "otherwise": 0})", "-3"), "4");
  EXPECT_EQ(mask_as(ValueKind::int4, "map", R"({"values": {"1": 2}, "otherwise": 0})", "7"), "0");
  EXPECT_EQ(mask_as(ValueKind::int8, "map", R"({"values": {"1": 2}, "keep_others": true})", "7"), "7");
  const ColumnFit sizes{.kind = ValueKind::enumeration, .labels = "{small,\"very large\"}"};
  EXPECT_EQ(mask("map", R"({"values": {"old": "very large"}, "otherwise": "small"})", "old", sizes), "very large");
  EXPECT_EQ(make_error("map", R"({"values": {"a": "huge"}, "otherwise": "small"})", sizes).code, Code::bad_option);
}

// Equal values are one, however they are written.
TEST(map, of_other_kinds) {
  const struct {
    ValueKind kind;
    const char *key, *to, *value, *other;
  } cases[] = {
      {ValueKind::timetz, "09:30:00+02", "10:00:00-03:30", "09:30:00+02", "07:30:00+00"},
      {ValueKind::numeric, "9.9", "-1.50", "9.90", "9.91"},
      {ValueKind::numeric, "-12345678901234567890.5", "0", "-12345678901234567890.50", "12345678901234567890.5"},
      {ValueKind::float4, "0.1", "2", "0.1", "0.2"},
      {ValueKind::float8, "0", "2", "-0", "5e-324"},
      {ValueKind::date, "1900-01-01", "1970-01-01", "1900-01-01", "0001-01-01 BC"},
      {ValueKind::timestamp, "1900-01-01 00:00:00", "1970-01-01 00:00:00.5", "1900-01-01 00:00:00",
       "1900-01-01 00:00:01"},
      {ValueKind::timestamptz, "1900-01-01 00:00:00+00", "1970-01-01 00:00:00+00", "1900-01-01 02:00:00+02",
       "1900-01-01 00:00:01+00"},
      {ValueKind::time, "09:00:00", "10:00:00", "09:00:00", "09:00:00.000001"},
      {ValueKind::interval, "1 mon", "00:00:01", "30 days", "29 days"},
      {ValueKind::uuid, "33333333-3333-4333-8333-333333333333", "11111111-1111-4111-8111-111111111111",
       "33333333-3333-4333-8333-333333333333", "33333333-3333-4333-8333-333333333334"}};
  for (const auto &c : cases) {
    const std::string values = std::string(R"({"values": {")") + c.key + R"(": ")" + c.to + R"("}, )";
    EXPECT_EQ(mask_as(c.kind, "map", values + R"("keep_others": true})", c.value), c.to);
    EXPECT_EQ(mask_as(c.kind, "map", values + R"("keep_others": true})", c.other), c.other);
    EXPECT_EQ(mask_as(c.kind, "map", values + R"("otherwise": ")" + c.to + "\"}", c.other), c.to);
    const ColumnFit fit{.kind = c.kind};
    EXPECT_EQ(make_error("map", values + R"("otherwise": "x"})", fit).code, Code::bad_option);
    EXPECT_EQ(make_error("map", R"({"values": {"x": ")" + std::string(c.to) + R"("}, "keep_others": true})", fit).code,
              Code::bad_option);
  }
  // No number of more digits is taken for one that is listed.
  const std::string digits(65, '7');
  EXPECT_EQ(mask_as(ValueKind::numeric, "map", R"({"values": {"7": "1"}, "keep_others": true})", digits), digits);
  EXPECT_EQ(
      make_error("map", R"({"values": {")" + digits + R"(": "1"}, "keep_others": true})", {.kind = ValueKind::numeric})
          .code,
      Code::bad_option);
}

TEST(map, refuses_what_the_column_does_not_take) {
  EXPECT_EQ(make_error("map").message, "strategy \"map\": option \"values\" is missing");
  EXPECT_EQ(make_error("map", R"({"values": {"1": 2}})", {.kind = ValueKind::int4}).code, Code::bad_option);
  EXPECT_EQ(make_error("map", R"({"values": {"1": 40000}, "otherwise": 1})", {.kind = ValueKind::int2}).code,
            Code::bad_option);
  EXPECT_EQ(make_error("map", R"({"values": {"1": 1.5}, "otherwise": 1})", {.kind = ValueKind::int2}).code,
            Code::bad_option);
  EXPECT_EQ(make_error("map", R"({"values": {"a": "long"}})", room(3)).code, Code::does_not_fit);
  EXPECT_EQ(make_error("map", R"({"values": {"a": {}}})").code, Code::bad_option);
  EXPECT_EQ(make_error("map", R"({"values": {"a": null}})").code, Code::bad_option);
  EXPECT_EQ(make_error("map", R"({"values": {"a": "b"}, "otherwise": "c", "keep_others": true})").code,
            Code::bad_option);
}

}  // namespace
}  // namespace confiture::mask

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

TEST(map, of_integers_and_labels) {
  EXPECT_EQ(mask_as(ValueKind::int4, "map", R"({"values": {"1": 2, "-3": "4"}, "otherwise": 0})", "-3"), "4");
  EXPECT_EQ(mask_as(ValueKind::int4, "map", R"({"values": {"1": 2}, "otherwise": 0})", "7"), "0");
  EXPECT_EQ(mask_as(ValueKind::int8, "map", R"({"values": {"1": 2}, "keep_others": true})", "7"), "7");
  const ColumnFit sizes{.kind = ValueKind::enumeration, .labels = "{small,\"very large\"}"};
  EXPECT_EQ(mask("map", R"({"values": {"old": "very large"}, "otherwise": "small"})", "old", sizes), "very large");
  EXPECT_EQ(make_error("map", R"({"values": {"a": "huge"}, "otherwise": "small"})", sizes).code, Code::bad_option);
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

// constant: one value of any type.
#include <string>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(constant, takes_strings_numbers_and_booleans) {
  EXPECT_EQ(mask("constant", R"({"value": "n/a"})", "x"), "n/a");
  EXPECT_EQ(mask("constant", R"({"value": 12})", "x"), "12");
  EXPECT_EQ(mask("constant", R"({"value": true})", "x"), "true");
  EXPECT_EQ(mask("constant", R"({"value": ""})", "x"), "");
  EXPECT_EQ(make_error("constant").message, "strategy \"constant\": option \"value\" is missing");
  EXPECT_EQ(make_error("constant", R"({"value": null})").code, Code::bad_option);
  EXPECT_EQ(make_error("constant", R"({"value": [1]})").code, Code::bad_option);
  EXPECT_EQ(make_error("constant", R"({"value": "four"})", room(3)).code, Code::does_not_fit);
  EXPECT_EQ(make_error("constant", R"({"value": 1234})", {ValueKind::int4, 3, CharEncoding::utf8}).code, Code::ok);
}

}  // namespace
}  // namespace confiture::mask

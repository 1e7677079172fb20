// phone: numbers that no telephone can have.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "mask/data/calling_codes.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

size_t digits_in(const std::string &text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), isdigit));
}

TEST(phone, belongs_to_nobody) {
  EXPECT_TRUE(has_shape(mask("phone", "{}", "x"), "+1-555-9999999999999999"));
  EXPECT_EQ(mask("phone", "{}", "x", room(11)), mask("phone", "{}", "x").substr(0, 11));
  EXPECT_EQ(make_error("phone", "{}", room(10)).code, Code::does_not_fit);
  // With a kept prefix there are always more digits than E.164 allows, however narrow the column.
  for (uint32_t width = 19; width < 40; width++)
    for (const char *number : {"+33 6 12", "+1 212 555", "+353 1", "none"})
      EXPECT_GE(digits_in(mask("phone", R"({"keep_prefix": true})", number, room(width))), 16U) << width;
  EXPECT_EQ(make_error("phone", R"({"keep_prefix": true})", room(18)).code, Code::does_not_fit);
}

TEST(phone, keeps_the_calling_code_when_asked) {
  auto made = make_for("phone", R"({"keep_prefix": true})");
  struct {
    const char *number, *prefix;
  } cases[] = {{"+33612345678", "+33-555-"},
               {"0033 6 12 34", "+33-555-"},
               {"+1 (212) 555-0100", "+1-555-"},
               {"+7 495 123", "+7-555-"},
               {"+353 1 234", "+353-555-"},
               {"00 44 20", "+44-555-"},
               {" (+49) 30", "+49-555-"},
               {"+ 41 44", "+41-555-"},
               {"+380 44", "+380-555-"},
               {"06 12 34 56 78", "+1-555-"},
               {"212-555-0100", "+1-555-"},
               {"+", "+1-555-"},
               {"+2", "+1-555-"},
               {"+21", "+1-555-"},
               {"+999 1", "+1-555-"},
               {"+0 12", "+1-555-"},
               {"00", "+1-555-"},
               {"+x", "+1-555-"},
               {"\xff+33", "+1-555-"}};
  for (const auto &c : cases) {
    std::string masked = masked_by(*made, c.number);
    EXPECT_EQ(masked.substr(0, masked.size() - 16), c.prefix) << c.number;
  }
}

TEST(phone, calling_codes_are_prefix_free) {
  for (int code = 0; code < 1000; code++) {
    std::string digits = std::to_string(1000 + code).substr(1);
    size_t size = calling_code_size(digits);
    EXPECT_LE(size, 3U);
    for (size_t shorter = 1; shorter < size; shorter++) EXPECT_EQ(calling_code_size(digits.substr(0, shorter)), 0U);
  }
  EXPECT_EQ(calling_code_size(""), 0U);
}

TEST(phone, follows_a_format) {
  EXPECT_TRUE(has_shape(mask("phone", R"({"format": "(###) ###-####"})", "x"), "(999) 999-9999"));
  EXPECT_TRUE(make_for("phone", "{\"format\": \"" + std::string(29, '#') + "\"}")->keeps_unique());
  EXPECT_FALSE(make_for("phone", "{\"format\": \"" + std::string(28, '#') + "\"}")->keeps_unique());
  std::string longest = mask("phone", "{\"format\": \"" + std::string(200, '#') + "\"}", "x");
  EXPECT_EQ(digits_in(longest), 200U);
  EXPECT_NE(longest.substr(0, 16), longest.substr(16, 16));
  for (const std::string &bad :
       {std::string(R"({"format": ""})"), std::string(R"({"format": "12345"})"),
        std::string("{\"format\": \"#\xc3\xa9\"}"), std::string(R"({"format": "#\t"})"),
        "{\"format\": \"" + std::string(201, '#') + "\"}", std::string(R"({"format": "##", "keep_prefix": true})"),
        std::string(R"({"format": 12})")})
    EXPECT_EQ(make_error("phone", bad).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("phone", R"({"format": "###-###"})", room(6)).code, Code::does_not_fit);
}

}  // namespace
}  // namespace confiture::mask

// card: numbers of test cards that pass Luhn's check.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "mask/check_digits.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string digits_of(std::string text) {
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

bool passes_luhn(const std::string &number) {
  const std::string digits = digits_of(number);
  return luhn_digit({digits.data(), digits.size() - 1}) == digits.back();
}

TEST(card, keeps_brand_length_and_separators) {
  for (const char *number : {"4111 1111 1111 1111", "5555-5555-5555-4444", "2223003122003222", "378282246310005",
                             "6011111111111117", "3530111333300000", "30569309025904", "36227206271667",
                             "6205500000000000004", "6759649826438453", "4222222222222"}) {
    const std::string masked = mask("card", "{}", number);
    EXPECT_TRUE(passes_luhn(masked)) << masked;
    EXPECT_NE(masked, number);
    ASSERT_EQ(masked.size(), std::string_view(number).size());
    EXPECT_EQ(masked[0], number[0]) << number << " " << masked;
    for (size_t i = 0; i < masked.size(); i++) {
      if (!std::isdigit(number[i])) {
        EXPECT_EQ(masked[i], number[i]) << masked;
      }
    }
  }
  EXPECT_TRUE(passes_luhn(mask("card", "{}", "no card")));
  EXPECT_EQ(mask("card", "{}", "no card").size(), 16U);
}

TEST(card, keeps_ends_when_asked) {
  for (int first = 0; first <= 8; first++)
    for (int last = 0; last <= 4; last++)
      for (const char *number : {"4539 5787 6362 1486", "378282246310005"}) {
        const std::string masked =
            mask("card", "{\"keep_first\": " + std::to_string(first) + ", \"keep_last\": " + std::to_string(last) + "}",
                 number);
        EXPECT_TRUE(passes_luhn(masked)) << first << " " << last << " " << masked;
        const std::string digits = digits_of(number), shown = digits_of(masked);
        EXPECT_EQ(shown.substr(0, static_cast<size_t>(first)), digits.substr(0, static_cast<size_t>(first)));
        EXPECT_TRUE(shown.ends_with(digits.substr(digits.size() - static_cast<size_t>(last))));
      }
  EXPECT_EQ(make_error("card", R"({"keep_first": 9})").code, Code::bad_option);
  EXPECT_EQ(make_error("card", R"({"keep_last": 5})").code, Code::bad_option);
}

TEST(card, hides_pieces_of_numbers) {
  EXPECT_TRUE(has_shape(mask("card", "{}", "4242"), "9999"));
  EXPECT_TRUE(has_shape(mask("card", "{}", "**** **** **** 4242"), "**** **** **** 9999"));
  EXPECT_EQ(mask("card", "{}", "none", room(10)).size(), 4U);
  EXPECT_EQ(digits_of(mask("card", "{}", "x4111111111111111 4")).size(), 17U);
}

}  // namespace
}  // namespace confiture::mask

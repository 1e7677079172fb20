// scramble: the shape of a value and nothing else.
#include <string>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(scramble, keeps_case_and_separators) {
  const std::string masked = mask("scramble", "{}", "Ada Lovelace, 10 Dec. 1815");
  ASSERT_EQ(masked.size(), 26U);
  for (size_t i = 0; i < masked.size(); i++) {
    const char c = "Aaa Aaaaaaaa, 99 Aaa. 9999"[i];
    if (c == 'A') {
      EXPECT_TRUE(masked[i] >= 'A' && masked[i] <= 'Z') << masked;
    } else if (c == 'a') {
      EXPECT_TRUE(masked[i] >= 'a' && masked[i] <= 'z') << masked;
    } else if (c == '9') {
      EXPECT_TRUE(masked[i] >= '0' && masked[i] <= '9') << masked;
    } else {
      EXPECT_EQ(masked[i], c) << masked;
    }
  }
}

TEST(scramble, hides_letters_outside_of_ascii) {
  EXPECT_EQ(mask("scramble", "{}", "J\xc3\xbcrgen").size(), 6U);
  EXPECT_EQ(mask("scramble", "{}", "\xe5\xb1\xb1\xe7\x94\xb0").size(), 2U);
  EXPECT_EQ(mask("scramble", "{}", "J\xfcrgen", room(0, CharEncoding::single_byte)).size(), 6U);
  EXPECT_LE(mask("scramble", "{}", "\xa4\xa2\xa4\xa4\xa4\xa6", room(0, CharEncoding::other)).size(), 3U);
  EXPECT_EQ(mask("scramble", "{}", "abcdefgh", room(4)).size(), 4U);
}

}  // namespace
}  // namespace confiture::mask

// partial: the ends of a value.
#include <algorithm>
#include <cstring>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "mask/characters.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(partial, shows_the_ends) {
  EXPECT_EQ(mask("partial", "{}", "Anna"), "A**a");
  EXPECT_EQ(mask("partial", R"({"keep_first": 2, "keep_last": 0})", "Lovelace"), "Lo******");
  EXPECT_EQ(mask("partial", R"({"first": 2, "last": 0})", "Lovelace"), "Lo******") << "as in 0.1.0";
  EXPECT_EQ(mask("partial", R"({"first": 0, "last": 0})", "Lovelace"), "********");
  EXPECT_EQ(mask("partial", R"({"first": 0, "last": 4, "mask": "x"})", "4111111111111111"), "xxxxxxxxxxxx1111");
  EXPECT_EQ(mask("partial", "{\"mask\": \"\xe2\x80\xa2\"}", "Anna"),
            "A\xe2\x80\xa2\xe2\x80\xa2"
            "a");
}

TEST(partial, never_shows_more_than_half) {
  EXPECT_EQ(mask("partial", "{}", "a"), "*");
  EXPECT_EQ(mask("partial", "{}", "ab"), "**");
  EXPECT_EQ(mask("partial", "{}", "abc"), "***");
  EXPECT_EQ(mask("partial", R"({"first": 1, "last": 0})", "ab"), "a*");
  EXPECT_EQ(mask("partial", R"({"first": 1000, "last": 1000})", "Lovelace"), "********");
  for (int first = 0; first < 6; first++)
    for (int last = 0; last < 6; last++)
      for (size_t size = 1; size < 30; size++) {
        std::string masked =
            mask("partial", "{\"first\": " + std::to_string(first) + ", \"last\": " + std::to_string(last) + "}",
                 std::string(size, 'x'));
        ASSERT_EQ(masked.size(), size);
        ASSERT_GE(static_cast<size_t>(std::count(masked.begin(), masked.end(), '*')), (size + 1) / 2);
      }
}

TEST(partial, presets_keep_punctuation_and_hide_half) {
  const auto preset = [](const char *name, std::string_view value, ColumnFit fit = {}) {
    return mask("partial", std::string("{\"preset\": \"") + name + "\"}", value, fit);
  };
  EXPECT_EQ(preset("card", "4539 5787 6362 1486"), "**** **** **** 1486");
  EXPECT_EQ(preset("card", "4539-57"), "***9-57");
  EXPECT_EQ(preset("card", "1486"), "**86");
  EXPECT_EQ(preset("phone", "+33 6 12 34 56 78"), "+** * ** ** ** 78");
  EXPECT_EQ(preset("phone", "(0)3"), "(*)3");
  EXPECT_EQ(preset("phone", "call Ada"), "**** *da");
  EXPECT_EQ(preset("postcode", "SW1Y 4LB"), "SW1* ***");
  EXPECT_EQ(preset("postcode", "75008"), "75***");
  EXPECT_EQ(preset("postcode", "1"), "*");
  EXPECT_EQ(preset("email", "ada@example.co.uk"), "a**@e*********.uk");
  EXPECT_EQ(preset("email", "a@b.fr"), "*@*.fr");
  EXPECT_EQ(preset("email", "ada@host"), "a**@h***");
  EXPECT_EQ(preset("email", "ada.fr"), "******");
  EXPECT_EQ(preset("email", "@b.fr"), "*****");
  EXPECT_EQ(preset("email", "\xc3\xa9ve@b.fr"), "\xc3\xa9**@*.fr");
  EXPECT_EQ(preset("email", "ada@example.com", room(6)), "a**@e*");
  EXPECT_EQ(mask("partial", R"({"preset": "card", "mask": "x"})", "4539 5787"), "xxxx 5787");
  EXPECT_EQ(make_error("partial", R"({"preset": "card", "keep_last": 2})").code, Code::bad_option);
  EXPECT_EQ(make_error("partial", R"({"first": 1, "keep_first": 2})").code, Code::bad_option);
  EXPECT_EQ(make_error("partial", R"({"preset": "cards"})").code, Code::bad_option);
}

TEST(partial, padding_hides_the_length) {
  EXPECT_EQ(mask("partial", R"({"padding": 5})", "Lovelace"), "L*****e");
  EXPECT_EQ(mask("partial", R"({"padding": 5})", "Anna"), "A*****a");
  EXPECT_EQ(mask("partial", R"({"padding": 5})", "Ada"), "*****");
  EXPECT_EQ(mask("partial", R"({"padding": 5})", "Lovelace", room(4)), "L**e");
  EXPECT_EQ(mask("partial", R"({"padding": 5})", "Lovelace", room(1)), "*");
  EXPECT_EQ(mask("partial", R"({"padding": 5})", ""), "");
}

TEST(partial, counts_characters_not_bytes) {
  EXPECT_EQ(mask("partial", "{}", "\xc3\x89va\xc3\xa9"), "\xc3\x89**\xc3\xa9");
  EXPECT_EQ(mask("partial", "{}", "\xe5\xb1\xb1\xe7\x94\xb0\xe5\xa4\xaa\xe9\x83\x8e"), "\xe5\xb1\xb1**\xe9\x83\x8e");
  EXPECT_EQ(mask("partial", "{}",
                 "\xf0\x9f\x98\x80"
                 "bc\xf0\x9f\x98\x81"),
            "\xf0\x9f\x98\x80**\xf0\x9f\x98\x81");
  EXPECT_EQ(mask("partial", "{}", "\xe9xx\xe9", room(0, CharEncoding::single_byte)), "\xe9**\xe9");
  EXPECT_EQ(mask("partial", "{\"mask\": \"\xb7\"}", "Anna", room(0, CharEncoding::single_byte)),
            "A\xb7\xb7"
            "a");
}

TEST(partial, takes_any_bytes) {
  std::mt19937 random(3);
  for (const char *mark : {"*", "\xe2\x80\xa2"}) {
    auto made = make_for("partial", std::string("{\"first\": 2, \"last\": 2, \"mask\": \"") + mark + "\"}");
    for (int i = 0; i < 20000; i++) {
      std::string value(random() % 20, '\0');
      for (char &c : value) c = static_cast<char>(random() % 4 ? 0x80 + random() % 128 : random());
      std::string masked = masked_by(*made, value);
      size_t hidden = 0;
      for (size_t at = 0; (at = masked.find(mark, at)) != std::string::npos; at += std::strlen(mark)) hidden++;
      size_t n = count_characters(value, CharEncoding::utf8);
      ASSERT_GE(hidden, (n + 1) / 2);
    }
  }
}

TEST(partial, is_cut_to_a_narrower_column) {
  EXPECT_EQ(mask("partial", "{}", "Lovelace", room(5)), "L***e");
  EXPECT_EQ(mask("partial", "{}", "Lovelace", room(3)), "***");
}

TEST(partial, refuses_what_it_cannot_count) {
  Error e = make_error("partial", "{}", room(0, CharEncoding::other));
  EXPECT_EQ(e.code, Code::unsuitable_type);
  EXPECT_EQ(e.message, "strategy \"partial\" cannot count characters in this server encoding");
  for (const char *bad : {R"({"mask": ""})", R"({"mask": "**"})", R"({"first": -1})", R"({"last": 1001})"})
    EXPECT_EQ(make_error("partial", bad).code, Code::bad_option) << bad;
}

}  // namespace
}  // namespace confiture::mask

// fpe and digits: distinct values of one shape stay distinct values of that shape.
#include <limits>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string shape_of(std::string text) {
  for (char &c : text) c = c >= '0' && c <= '9' ? '9' : c >= 'a' && c <= 'z' ? 'a' : c >= 'A' && c <= 'Z' ? 'A' : c;
  return text;
}

TEST(fpe, keeps_what_the_value_is_made_of) {
  for (const char *digits : {"1", "42", "00412", "2024-00412", "4111 1111 1111 1111"})
    EXPECT_EQ(shape_of(mask("fpe", "{}", digits)), shape_of(digits)) << digits;
  for (const char *text : {"AB-12", "A", "INV-2024-00412", "abc", "a1", "Ab", "J\xc3\xbcrgen"}) {
    const std::string masked = mask("fpe", "{}", text);
    auto has = [](std::string_view value, char low, char high) {
      return std::any_of(value.begin(), value.end(), [&](char c) { return c >= low && c <= high; });
    };
    EXPECT_EQ(masked.size(), std::string_view(text).size());
    EXPECT_EQ(has(masked, 'a', 'z'), has(text, 'a', 'z')) << text << " " << masked;
    EXPECT_EQ(has(masked, 'A', 'Z'), has(text, 'A', 'Z')) << text << " " << masked;
  }
  EXPECT_EQ(mask("fpe", "{}", "-- !"), "-- !");
}

TEST(fpe, keeps_literal_parts) {
  const char *options = R"({"keep": "INV-####-"})";
  const std::string masked = mask("fpe", options, "INV-2024-00412");
  EXPECT_TRUE(has_shape(masked, "INV-2024-99999")) << masked;
  EXPECT_NE(masked, "INV-2024-00412");
  EXPECT_EQ(mask("fpe", options, "INV-2024-"), "INV-2024-");
  EXPECT_FALSE(mask("fpe", options, "ORD-2024-00412").starts_with("ORD-2024")) << "not of the pattern";
  EXPECT_TRUE(mask("fpe", R"({"keep": "@@"})", "DE12345678").starts_with("DE"));
  EXPECT_TRUE(has_shape(mask("fpe", R"({"alphabet": "digits", "keep_last": 4})", "4111-1111-1111-1234"),
                        "9999-9999-9999-1234"));
  EXPECT_TRUE(mask("digits", R"({"keep_first": 3})", "41234567").starts_with("412"));
  // Not more than half of the characters.
  EXPECT_NE(mask("digits", R"({"keep_first": 2, "keep_last": 2})", "1234567").substr(0, 2), "12");
}

// Values in a pattern and outside of it never meet.
TEST(fpe, is_a_bijection_over_all_its_classes) {
  auto made = make_for("fpe", R"({"keep": "A#"})");
  const std::string characters = "0123456789ABCab";
  std::set<std::string> seen;
  size_t n = 0;
  for (char a : characters)
    for (char b : characters)
      for (char c : characters) {
        seen.insert(masked_by(*made, std::string({a, b, c})));
        seen.insert(masked_by(*made, std::string({a, '-', b, c})));
        n += 2;
      }
  EXPECT_EQ(seen.size(), n);
}

TEST(fpe, takes_alphabets) {
  auto all_of = [](std::string_view text, std::string_view set) { return text.find_first_not_of(set) == text.npos; };
  EXPECT_TRUE(all_of(mask("fpe", R"({"alphabet": "0123456789abcdef"})", "deadbeef0042"), "0123456789abcdef"));
  EXPECT_TRUE(all_of(mask("fpe", R"({"alphabet": "uppercase"})", "ADALOVELACE"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
  EXPECT_TRUE(mask("fpe", R"({"alphabet": "lowercase"})", "Ada1").starts_with("A"));
  for (const char *bad : {R"({"alphabet": "a"})", R"({"alphabet": ""})", R"({"alphabet": "aab"})",
                          "{\"alphabet\": \"\xc3\xa9"
                          "a\"}",
                          R"({"min": 1})", R"({"keep_first": -1})"})
    EXPECT_EQ(make_error("fpe", bad).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("fpe", "{\"keep\": \"" + std::string(201, '#') + "\"}").code, Code::bad_option);
}

TEST(fpe, keeps_digits_and_sign_of_integers) {
  struct {
    ValueKind kind;
    int bits;
  } kinds[] = {{ValueKind::int2, 16}, {ValueKind::int4, 32}, {ValueKind::int8, 64}};
  for (auto [kind, bits] : kinds) {
    auto made = make_for("fpe", "{}", {kind, 0, CharEncoding::utf8});
    EXPECT_TRUE(made->keeps_unique());
    const int64_t highest = std::numeric_limits<int64_t>::max() >> (64 - bits);
    std::set<int64_t> seen;
    std::vector<int64_t> values = {highest, -highest - 1, highest - 1, -highest};
    for (int64_t value = -11000; value <= 11000; value++) values.push_back(value);
    for (int64_t value : values) {
      const int64_t masked = made->mask_integer(value, bits);
      EXPECT_EQ(std::to_string(masked).size(), std::to_string(value).size()) << value << " " << masked;
      EXPECT_EQ(masked < 0, value < 0);
      EXPECT_LE(masked, highest);
      EXPECT_GE(masked, -highest - 1);
      seen.insert(masked);
    }
    EXPECT_EQ(seen.size(), values.size());
  }
}

TEST(fpe, permutes_a_range_of_integers) {
  auto made = make_for("fpe", R"({"min": -5, "max": 1000})", {ValueKind::int4, 0, CharEncoding::utf8});
  std::set<int64_t> seen;
  for (int64_t value = -2000; value <= 2000; value++) {
    const int64_t masked = made->mask_integer(value, 32);
    EXPECT_EQ(masked >= -5 && masked <= 1000, value >= -5 && value <= 1000) << value;
    seen.insert(masked);
  }
  EXPECT_EQ(seen.size(), 4001U);
  auto all = make_for("fpe", R"({"min": -9223372036854775808})", {ValueKind::int8, 0, CharEncoding::utf8});
  EXPECT_NE(all->mask_integer(5, 64), 5);
  const ColumnFit fit = {ValueKind::int2, 0, CharEncoding::utf8};
  EXPECT_EQ(make_error("fpe", R"({"min": 5, "max": 4})", fit).code, Code::bad_option);
  EXPECT_EQ(make_error("fpe", R"({"max": 32768})", fit).code, Code::bad_option);
  EXPECT_EQ(make_error("fpe", R"({"alphabet": "digits"})", fit).code, Code::bad_option);
}

TEST(digits, replaces_digits_alone) {
  EXPECT_TRUE(has_shape(mask("digits", "{}", "Order 2024/17 of +33 6 12"), "Order 9999/99 of +99 9 99"));
  EXPECT_EQ(mask("digits", "{}", "Ada"), "Ada");
  std::set<std::string> seen;
  for (int i = 0; i < 1000; i++) {
    const std::string number = std::to_string(1000 + i).substr(1);
    seen.insert(mask("digits", "{}", "A-" + number));
  }
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(mask("digits", "{}", "12345678", room(5)).size(), 5U);
}

TEST(digits, takes_values_of_any_length) {
  for (size_t size : {255, 256, 257, 1000, 100000})
    EXPECT_EQ(mask("digits", "{}", std::string(size, '1')).size(), size);
}

}  // namespace
}  // namespace confiture::mask

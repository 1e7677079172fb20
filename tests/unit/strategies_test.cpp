// What is particular to each strategy.
#include <algorithm>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include "mask/characters.h"
#include "mask/data/calling_codes.h"
#include "mask/data/names.h"
#include "strategy_fixture.h"

namespace confiture::mask {
namespace {

// In a shape 9 stands for a digit, z for a character of base32, the rest for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char expected) {
    if (expected == '9') return c >= '0' && c <= '9';
    if (expected == 'z') return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
    return c == expected;
  });
}

constexpr ColumnFit int2{ValueKind::int2}, int4{ValueKind::int4}, int8{ValueKind::int8}, uuid{ValueKind::uuid};

TEST(hash, text_is_hex_of_the_asked_length) {
  EXPECT_EQ(mask("hash", "{}", "x").size(), 64U);
  EXPECT_EQ(mask("hash", R"({"length": 16})", "x"), mask("hash", "{}", "x").substr(0, 16));
  EXPECT_EQ(mask("hash", "{}", "x", room(10)).size(), 10U);
  EXPECT_TRUE(make_for("hash", R"({"length": 24})")->keeps_unique());
  EXPECT_FALSE(make_for("hash", R"({"length": 23})")->keeps_unique());
  EXPECT_FALSE(make_for("hash", "{}", room(23))->keeps_unique());
  for (const char *bad : {R"({"length": 0})", R"({"length": 65})", R"({"length": "16"})"})
    EXPECT_EQ(make_error("hash", bad).code, Code::bad_option) << bad;
  Error e = make_error("hash", R"({"length": 20})", room(19));
  EXPECT_EQ(e.code, Code::does_not_fit);
  EXPECT_EQ(e.hint, "Set option \"length\" to at most 19, or leave it out.");
  EXPECT_EQ(make_error("hash", R"({"length": 20})", int4).message,
            "strategy \"hash\": option \"length\" is for text columns only");
}

TEST(hash, smallint_is_a_bijection_that_keeps_the_sign) {
  auto made = make_for("hash", "{}", int2);
  std::vector<bool> seen(65536);
  int fixed = 0;
  for (int value = -32768; value <= 32767; value++) {
    int64_t masked = made->mask_integer(value, 16);
    ASSERT_GE(masked, -32768);
    ASSERT_LE(masked, 32767);
    ASSERT_EQ(masked < 0, value < 0);
    ASSERT_FALSE(seen[static_cast<size_t>(masked + 32768)]);
    seen[static_cast<size_t>(masked + 32768)] = true;
    fixed += masked == value;
  }
  EXPECT_LT(fixed, 12) << "a random permutation has two fixed points in the mean, one for each sign";
}

TEST(hash, integer_and_bigint_agree_where_they_share_values) {
  auto four = make_for("hash", "{}", int4), eight = make_for("hash", "{}", int8);
  constexpr int64_t lowest4 = std::numeric_limits<int32_t>::min(), highest4 = std::numeric_limits<int32_t>::max();
  std::mt19937_64 random(1);
  std::vector<int64_t> values = {0, 1, -1, lowest4, highest4, lowest4 + 1, highest4 - 1};
  for (int i = 0; i < 20000; i++) values.push_back(static_cast<int32_t>(random()));
  for (int64_t value : values) {
    int64_t masked = four->mask_integer(value, 32);
    ASSERT_TRUE(masked >= lowest4 && masked <= highest4) << value;
    ASSERT_EQ(masked < 0, value < 0);
    ASSERT_EQ(masked, eight->mask_integer(value, 64));
  }
}

TEST(hash, big_integers_stay_apart_from_small_ones) {
  auto made = make_for("hash", "{}", int8);
  constexpr int64_t lowest = std::numeric_limits<int64_t>::min(), highest = std::numeric_limits<int64_t>::max();
  constexpr int64_t edge = int64_t{1} << 31;
  std::mt19937_64 random(2);
  std::vector<int64_t> values = {lowest, lowest + 1, highest, highest - 1, edge, edge + 1, -edge - 1, -edge - 2};
  for (int i = 0; i < 20000; i++) values.push_back(static_cast<int64_t>(random()));
  for (int64_t value : values) {
    if (value < edge && value >= -edge) continue;
    int64_t masked = made->mask_integer(value, 64);
    ASSERT_TRUE(masked >= edge || masked < -edge);
    ASSERT_EQ(masked < 0, value < 0);
  }
}

TEST(hash, serial_numbers_stay_distinct) {
  auto made = make_for("hash", "{}", int4);
  std::unordered_set<int64_t> seen;
  for (int64_t id = 1; id <= 100000; id++) ASSERT_TRUE(seen.insert(made->mask_integer(id, 32)).second) << id;
}

TEST(hash, integers_and_uuids_never_change_by_accident) {
  auto two = make_for("hash", "{}", int2), eight = make_for("hash", "{}", int8);
  EXPECT_EQ(two->mask_integer(42, 16), 6122);
  EXPECT_EQ(two->mask_integer(-1, 16), -4668);
  EXPECT_EQ(eight->mask_integer(42, 64), 1322823979);
  EXPECT_EQ(eight->mask_integer(-1, 64), -154739266);
  EXPECT_EQ(eight->mask_integer(int64_t{1} << 31, 64), 4962517475700595212);
  EXPECT_EQ(eight->mask_integer(std::numeric_limits<int64_t>::min(), 64), -2011681878539448449);
  std::array<uint8_t, 16> value;
  for (uint8_t i = 0; i < 16; i++) value[i] = i;
  make_for("hash", "{}", uuid)->mask_uuid(value);
  std::array<uint8_t, 16> expected = {0xa5, 0x7d, 0xb1, 0x90, 0x40, 0x7f, 0x4c, 0x99,
                                      0xbe, 0xb3, 0x95, 0xcf, 0xca, 0xa0, 0xc1, 0xef};
  EXPECT_EQ(value, expected);
}

TEST(hash, uuids_have_the_shape_of_version_4) {
  auto made = make_for("hash", "{}", uuid);
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 10000; i++) {
    std::array<uint8_t, 16> value{};
    std::memcpy(value.data(), &i, sizeof i);
    made->mask_uuid(value);
    ASSERT_EQ(value[6] >> 4, 4);
    ASSERT_EQ(value[8] >> 6, 2);
    ASSERT_TRUE(seen.emplace(value.begin(), value.end()).second);
  }
}

TEST(email, has_the_form_of_an_address) {
  for (const char *value : {"a", "ada@lovelace.org", "not an address", "\xff"})
    EXPECT_TRUE(has_shape(mask("email", "{}", value), "user_zzzzzzzzzzzzzzzzzzzz@example.com")) << value;
}

TEST(email, takes_domains_where_no_mail_arrives) {
  for (const char *good : {"example.com", "example.net", "EXAMPLE.org", "mail.example.com", "a.test", "shop.example",
                           "x.invalid", "localhost", "dev.localhost"}) {
    std::string options = std::string("{\"domain\": \"") + good + "\"}";
    EXPECT_EQ(make_error("email", options).code, Code::ok) << good;
    std::string masked = mask("email", options, "x");
    EXPECT_TRUE(std::none_of(masked.begin(), masked.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
  for (const char *real :
       {"gmail.com", "notexample.com", "example.com.evil.org", "test.com", "example.co", "a.tests"}) {
    std::string options = std::string("{\"domain\": \"") + real + "\"";
    EXPECT_EQ(make_error("email", options + "}").code, Code::bad_option) << real;
    EXPECT_EQ(make_error("email", options + ", \"allow_real_domain\": true}").code, Code::ok) << real;
  }
  std::string label(63, 'a'), long_label(64, 'a');
  EXPECT_EQ(make_error("email", "{\"domain\": \"" + label + ".test\"}").code, Code::ok);
  std::string too_long;
  for (int i = 0; i < 4; i++) too_long += label + ".";
  for (const std::string &bad :
       {std::string(), std::string("."), std::string(".test"), std::string("a..test"), std::string("a.test."),
        std::string("-a.test"), std::string("a-.test"), std::string("a b.test"), std::string("a@b.test"),
        std::string("\xc3\xa9.test"), std::string("a_b.test"), long_label + ".test", too_long + "test"})
    EXPECT_EQ(make_error("email", "{\"domain\": \"" + bad + "\", \"allow_real_domain\": true}").code, Code::bad_option)
        << bad;
}

TEST(email, gets_shorter_with_the_column) {
  EXPECT_EQ(mask("email", "{}", "x", room(37)), mask("email", "{}", "x"));
  EXPECT_TRUE(make_for("email", "{}", room(37))->keeps_unique());
  EXPECT_FALSE(make_for("email", "{}", room(36))->keeps_unique());
  EXPECT_EQ(mask("email", "{}", "x", room(30)).size(), 30U);
  EXPECT_EQ(mask("email", "{}", "x", room(25)).size(), 25U);
  Error e = make_error("email", "{}", room(24));
  EXPECT_EQ(e.code, Code::does_not_fit);
  EXPECT_NE(e.hint.find("It takes 25 characters"), std::string::npos) << e.hint;
}

TEST(names, lists_are_long_plain_and_free_of_doubles) {
  for (const NameList *list : {&first_names, &last_names}) {
    EXPECT_GE(list->count(), list == &first_names ? 2000U : 3000U);
    std::unordered_set<std::string> seen;
    size_t longest = 0;
    for (uint32_t i = 0; i < list->count(); i++) {
      std::string name((*list)[i].view());
      ASSERT_TRUE(seen.insert(name).second) << name;
      ASSERT_TRUE(name[0] >= 'A' && name[0] <= 'Z') << name;
      ASSERT_TRUE(std::all_of(name.begin(), name.end(), [](char c) { return isalpha(c); })) << name;
      ASSERT_GE(name.size(), longest) << "not sorted by length: " << name;
      longest = name.size();
    }
    EXPECT_EQ(list->count(static_cast<uint32_t>(longest)), list->count());
    EXPECT_EQ(list->count(1), 0U);
  }
}

TEST(names, are_drawn_from_the_whole_list) {
  auto made = make_for("first_name");
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 100000; i++) seen.insert(masked_by(*made, std::to_string(i)));
  EXPECT_EQ(seen.size(), first_names.count());
}

TEST(names, full_names_draw_both_parts_on_their_own) {
  auto made = make_for("name");
  std::unordered_set<std::string> pairs, firsts;
  for (int i = 0; i < 20000; i++) {
    std::string name = masked_by(*made, std::to_string(i));
    pairs.insert(name);
    firsts.insert(name.substr(0, name.find(' ')));
  }
  EXPECT_GT(pairs.size(), 19900U);
  EXPECT_GT(firsts.size(), 6000U);
}

TEST(names, say_when_nothing_fits_and_which_locales_there_are) {
  EXPECT_EQ(make_error("first_name", "{}", room(1)).code, Code::does_not_fit);
  EXPECT_EQ(make_error("name", "{}", room(4)).code, Code::does_not_fit);
  EXPECT_EQ(mask("name", "{}", "x", room(5)).size(), 5U);
  Error e = make_error("name", R"({"locale": "de"})");
  EXPECT_EQ(e.code, Code::bad_option);
  EXPECT_EQ(e.hint, "The locale there is: en.");
  EXPECT_EQ(mask("name", R"({"locale": "en"})", "x"), mask("name", "{}", "x"));
}

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

TEST(redact, writes_its_text) {
  EXPECT_EQ(mask("redact", "{}", "anything"), "[REDACTED]");
  EXPECT_EQ(mask("redact", "{}", "anything", room(4)), "[RED");
  EXPECT_EQ(mask("redact", R"({"text": ""})", "anything"), "");
  EXPECT_EQ(mask("redact", "{\"text\": \"\xc3\xa9t\xc3\xa9\"}", "x", room(3)), "\xc3\xa9t\xc3\xa9");
  EXPECT_EQ(make_error("redact", R"({"text": "four"})", room(3)).code, Code::does_not_fit);
  EXPECT_EQ(mask("redact", "{\"text\": \"\xe9t\xe9\"}", "x", room(3, CharEncoding::single_byte)), "\xe9t\xe9");
}

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

TEST(null_strategy, makes_null_of_any_kind) {
  EXPECT_TRUE(make_for("null")->makes_null());
  EXPECT_TRUE(make_for("null", "{}", {ValueKind::other, 0, CharEncoding::other})->makes_null());
}

TEST(partial, shows_the_ends) {
  EXPECT_EQ(mask("partial", "{}", "Anna"), "A**a");
  EXPECT_EQ(mask("partial", R"({"first": 2, "last": 0})", "Lovelace"), "Lo******");
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

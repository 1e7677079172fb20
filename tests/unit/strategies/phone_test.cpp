// phone: numbers that no telephone can have, or distinct ones.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "mask/data/calling_codes.h"
#include "mask/data/countries.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

size_t digits_in(const std::string &text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), isdigit));
}

// What the CHECK of a login by telephone asks for: ^\+[1-9][0-9]{6,14}$
bool is_e164(std::string_view number) {
  return number.size() >= 8 && number.size() <= 16 && number[0] == '+' && number[1] != '0' &&
         std::all_of(number.begin() + 1, number.end(), isdigit);
}

TEST(phone, keeps_country_and_length) {
  struct {
    const char *number, *shape;
  } cases[] = {{"+33612345678", "+33009999999"},
               {"0033 6 12 34 56 78", "+33009999999"},
               {"+1 (212) 555-0100", "+10999999999"},
               {"+7 495 123 45 67", "+70099999999"},
               {"+353 1 234 5678", "+35300999999"},
               {"00 44 20 7946 0958", "+440099999999"},
               {"+49 (0)30 23125618", "+490099999999"},
               {"+ 41 44 668 18 00", "+41009999999"},
               {"+39 06 6982", "+39999999"},
               {"+39 347 1234567", "+399999999999"},
               {"+61 2 5550 1234", "+61699999999"},
               {"06 12 34 56 78", "+10999999999"},
               {"212-555-0100", "+10999999999"},
               {"+999 123456", "+10999999999"},
               {"+800 1234 5678", "+10999999999"},
               {"none", "+10999999999"},
               {"+", "+10999999999"},
               {"+1 23456789012345678901", "+10999999999"},
               // Of lengths that the country does not have: the nearest one.
               {"+1 310-1234", "+10999999999"},
               {"+267 0800 012 345", "+26719999999"},
               {"+47 1234567", "+4719999999"}};
  for (const auto &c : cases) {
    const std::string shape = c.shape;
    const std::string masked = mask("phone", "{}", c.number);
    EXPECT_EQ(masked.size(), shape.size()) << c.number << " " << masked;
    EXPECT_TRUE(is_e164(masked)) << masked;
    EXPECT_TRUE(masked.starts_with(shape.substr(0, shape.find("999")))) << c.number << " " << masked;
  }
}

TEST(phone, takes_the_country_of_numbers_without_one) {
  EXPECT_TRUE(has_shape(mask("phone", R"({"country": "FR"})", "06 12 34 56 78"), "+33009999999"));
  EXPECT_TRUE(has_shape(mask("phone", R"({"country": "de"})", "030 23125618"), "+490099999999"));
  EXPECT_TRUE(mask("phone", R"({"country": "FR"})", "+49 30 23125618").starts_with("+4900"));
  EXPECT_TRUE(has_shape(mask("phone", R"({"country": "NO"})", "none"), "+4719999999"));
  EXPECT_TRUE(has_shape(mask("phone", R"({"country": "RU"})", "8 (495) 123-45-67"), "+70099999999"));
  EXPECT_TRUE(has_shape(mask("phone", R"({"country": "HU"})", "06 20 123 4567"), "+36009999999"));
  EXPECT_TRUE(has_shape(mask("phone", R"({"country": "XK"})", "028 012 345"), "+38300999999"));
  for (const char *bad : {"XX", "", "France", "BV"})
    EXPECT_EQ(make_error("phone", std::string("{\"country\": \"") + bad + "\"}").code, Code::bad_option) << bad;
}

TEST(phone, fits_narrow_columns) {
  for (uint32_t width = 9; width < 20; width++)
    for (const char *number : {"+353 1 234 5678", "none", "+49 30 23125618"})
      for (const char *options : {"{}", R"({"unique": true})", R"({"valid": true})"})
        EXPECT_LE(mask("phone", options, number, room(width)).size(), width);
  EXPECT_EQ(make_error("phone", "{}", room(8)).code, Code::does_not_fit);
}

TEST(phone, keeps_the_format_when_asked) {
  const char *options = R"({"keep_format": true, "country": "FR"})";
  EXPECT_TRUE(has_shape(mask("phone", options, "06.12.34.56.78"), "00.09.99.99.99"));
  EXPECT_TRUE(has_shape(mask("phone", options, "+49 (0)30 / 2312"), "+49 (0)00 / 9999"));
  EXPECT_TRUE(has_shape(mask("phone", options, "0033 6 12 34 56 78"), "0033 0 09 99 99 99"));
  EXPECT_TRUE(has_shape(mask("phone", R"({"keep_format": true})", "(212) 555-0100 ext 7"), "(029) 999-9999 xxx 9"));
  // Neither the prefix of a call abroad nor a number without its trunk prefix.
  const auto at_home = [](const std::string &country, const char *number) {
    return mask("phone", R"({"keep_format": true, "country": ")" + country + "\"}", number);
  };
  EXPECT_TRUE(has_shape(at_home("ES", "612 34 56 78"), "029 99 99 99"));
  EXPECT_TRUE(has_shape(at_home("BR", "(11) 96123-4567"), "(20) 99999-9999"));
  EXPECT_TRUE(has_shape(at_home("KE", "0712 123456"), "0029 999999"));
  EXPECT_TRUE(has_shape(at_home("DE", "30 23125618"), "00 09999999"));
  EXPECT_TRUE(has_shape(at_home("US", "1-212-867-5309"), "1-099-999-9999"));
  EXPECT_TRUE(has_shape(at_home("RU", "8 (495) 123-45-67"), "8 (009) 999-99-99"));
  EXPECT_TRUE(is_e164(mask("phone", options, "call me")));
}

TEST(phone, keeps_what_is_no_number_when_asked) {
  EXPECT_EQ(mask("phone", R"({"keep_non_numbers": true})", "n/a"), "n/a");
  EXPECT_NE(mask("phone", R"({"keep_non_numbers": true})", "+33612345678"), "+33612345678");
  EXPECT_EQ(mask("phone", R"({"keep_non_numbers": true, "unique": true})", "n/a"), "n/a");
  for (const char *options : {R"({"keep_non_numbers": true})", R"({"keep_non_numbers": true, "unique": true})"}) {
    for (const char *value : {"mobile 0612345678", "0612345678 \xc3\xa0 midi", "ada@lovelace.org"})
      EXPECT_NE(mask("phone", options, value), value) << options;
    EXPECT_TRUE(make_for("phone", options)->passes_some());
  }
  EXPECT_FALSE(make_for("phone")->passes_some() || make_for("phone", R"({"unique": true})")->passes_some());
}

TEST(phone, takes_numbers_for_films_and_books) {
  const char *options = R"({"valid": true})";
  const std::string american = mask("phone", options, "+1 212 867 5309");
  EXPECT_EQ(american.size(), 12U);
  EXPECT_EQ(american.substr(5, 5), "55501") << american;
  for (const char *number : {"+33612345678", "+44 20 7946 0958", "+49 30 23125618", "+353 1 234 5678",
                             "+61 2 5550 1234", "+46 8 465 004 00"})
    EXPECT_NE(mask("phone", options, number)[std::string_view(number).substr(1, 3) == "353" ? 4 : 3], '0');
  EXPECT_TRUE(mask("phone", options, "+34 612345678").starts_with("+3400")) << "there are none in Spain";
}

TEST(phone, takes_punctuation_for_nothing_when_asked) {
  const char *options = R"({"fold": true})";
  EXPECT_EQ(mask("phone", options, "+33 6 12 34 56 78"), mask("phone", options, "+33612345678"));
  EXPECT_NE(mask("phone", "{}", "+33 6 12 34 56 78"), mask("phone", "{}", "+33612345678"));
  EXPECT_NE(mask("phone", options, "unknown"), mask("phone", options, "no phone"));
}

TEST(phone, keeps_distinct_numbers_distinct) {
  auto made = make_for("phone", R"({"unique": true})");
  EXPECT_TRUE(made->keeps_unique());
  std::set<std::string> seen;
  size_t n = 0;
  for (int i = 0; i < 3000; i++)
    for (const std::string start :
         {"+336", "+33 6", "06", "0033", "+999", "00999", "+1", "(0)", "", "000", "12125", "92125"}) {
      const std::string number = start + std::to_string(100000 + i);
      const std::string masked = masked_by(*made, number);
      ASSERT_EQ(masked.size(), number.size());
      seen.insert(masked);
      n++;
    }
  EXPECT_EQ(seen.size(), n);
  EXPECT_TRUE(made->may_be_real() && !make_for("phone")->may_be_real());
  EXPECT_TRUE(masked_by(*made, "1-212-867-5309").starts_with("1-")) << "a trunk prefix";
  EXPECT_TRUE(masked_by(*made, "+33612345678").starts_with("+33"));
  EXPECT_TRUE(is_e164(masked_by(*made, "+33612345678")));
  EXPECT_TRUE(is_e164(masked_by(*made, "unknown")));
  EXPECT_EQ(masked_by(*made, "unknown").size(), 16U);
  EXPECT_EQ(masked_by(*made, "00000"), "00000") << "there is no other";
  for (const char *bad : {R"({"unique": true, "valid": true})", R"({"unique": true, "fold": true})",
                          R"({"unique": true, "keep_format": false})"})
    EXPECT_EQ(make_error("phone", bad).code, Code::bad_option) << bad;
}

TEST(phone, calling_codes_are_prefix_free) {
  for (int code = 0; code < 1000; code++) {
    std::string digits = std::to_string(1000 + code).substr(1);
    size_t size = calling_code_size(digits);
    EXPECT_LE(size, 3U);
    for (size_t shorter = 1; shorter < size; shorter++) EXPECT_EQ(calling_code_size(digits.substr(0, shorter)), 0U);
  }
  EXPECT_EQ(calling_code_size(""), 0U);
  for (const Country &country : all_countries())
    EXPECT_EQ(calling_code_size(country.calling_code), country.calling_code.size()) << country.code;
}

TEST(phone, fictional_numbers_are_of_one_length) {
  for (const char *code : {"1", "33", "353", "44", "46", "49", "61"}) {
    const std::string_view numbers = fictional_numbers(code);
    const size_t size = numbers.find(' ') + 1;
    ASSERT_GT(size, 1U);
    for (size_t at = 0; at < numbers.size(); at += size) EXPECT_EQ(numbers.find(' ', at), at + size - 1) << code;
  }
}

TEST(phone, follows_a_format) {
  EXPECT_TRUE(has_shape(mask("phone", R"({"format": "(###) ###-####"})", "x"), "(999) 999-9999"));
  EXPECT_TRUE(make_for("phone", "{\"format\": \"" + std::string(29, '#') + "\"}")->keeps_unique());
  EXPECT_FALSE(make_for("phone", "{\"format\": \"" + std::string(28, '#') + "\"}")->keeps_unique());
  std::string longest = mask("phone", "{\"format\": \"" + std::string(200, '#') + "\"}", "x");
  EXPECT_EQ(digits_in(longest), 200U);
  EXPECT_NE(longest.substr(0, 16), longest.substr(16, 16));
  for (const std::string &bad : {std::string(R"({"format": ""})"), std::string(R"({"format": "12345"})"),
                                 std::string("{\"format\": \"#\xc3\xa9\"}"), std::string(R"({"format": "#\t"})"),
                                 "{\"format\": \"" + std::string(201, '#') + "\"}",
                                 std::string(R"({"format": "##", "unique": true})"), std::string(R"({"format": 12})")})
    EXPECT_EQ(make_error("phone", bad).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("phone", R"({"format": "###-###"})", room(6)).code, Code::does_not_fit);
}

TEST(phone, of_films_is_written_as_the_value) {
  const char *options = R"({"valid": true, "keep_format": true})";
  EXPECT_EQ(mask("phone", options, "+1 (212) 867-5309").substr(8, 6), " 555-0");
  EXPECT_EQ(mask("phone", options, "212-867-5309").substr(3, 6), "-555-0");
  const std::string german = mask("phone", options, "+49 (0)30 2312-5618");
  EXPECT_TRUE(german.starts_with("+49 (0)") && german[7] != '0' && german[14] == '-') << german;
  EXPECT_TRUE(mask("phone", options, "1234567").starts_with("+1")) << "of another length: plain, and valid";
  EXPECT_EQ(mask("phone", options, "+39 06 1234 5678").size(), 16U) << "a country without such numbers";
}

}  // namespace
}  // namespace confiture::mask

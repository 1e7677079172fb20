// email: addresses at domains where no mail arrives.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

// Letters, a dot, letters, a dot, 20 characters of base32 and the domain.
bool is_of_a_person(const std::string &address) {
  const size_t first = address.find('.'), last = address.find('.', first + 1), at = address.find('@');
  auto is_name = [&](size_t from, size_t to) {
    return to - from >= 2 &&
           std::all_of(address.begin() + from, address.begin() + to, [](char c) { return c >= 'a' && c <= 'z'; });
  };
  return last < at && is_name(0, first) && is_name(first + 1, last) &&
         has_shape(address.substr(last + 1), "zzzzzzzzzzzzzzzzzzzz@example.com");
}

TEST(email, has_the_form_of_an_address) {
  for (const char *value : {"a", "ada@lovelace.org", "not an address", "\xff"}) {
    EXPECT_TRUE(is_of_a_person(mask("email", "{}", value))) << value;
    EXPECT_TRUE(has_shape(mask("email", R"({"style": "opaque"})", value), "zzzzzzzzzzzzzzzzzzzz@example.com"));
  }
}

TEST(email, keeps_the_class_of_the_domain_when_asked) {
  auto made = make_for("email", R"({"keep_domain": "class"})");
  auto domain = [&](const char *value) {
    const std::string masked = masked_by(*made, value);
    return masked.substr(masked.find('@') + 1);
  };
  EXPECT_TRUE(made->keeps_unique());
  EXPECT_EQ(domain("ada@gmail.com"), "freemail.example");
  EXPECT_EQ(domain("ada@WEB.de"), "freemail.example");
  EXPECT_EQ(domain("ada@lovelace.org"), domain("grace@LOVELACE.org"));
  EXPECT_NE(domain("ada@lovelace.org"), domain("ada@hopper.org"));
  EXPECT_TRUE(domain("ada@lovelace.org").ends_with(".example"));
  EXPECT_EQ(domain("not an address"), "example.com");
  EXPECT_EQ(make_error("email", R"({"keep_domain": "full"})").code, Code::bad_option);
  const char *full = R"({"keep_domain": "full", "allow_real_domain": true})";
  EXPECT_TRUE(mask("email", full, "ada@Lovelace.org").ends_with("@Lovelace.org"));
  EXPECT_TRUE(mask("email", full, "ada@" + std::string(50, 'x') + ".org", room(60)).ends_with("@example.com"));
  EXPECT_EQ(make_error("email", R"({"keep_domain": "some"})").code, Code::bad_option);
}

TEST(email, follows_a_template) {
  const char *plain = R"({"template": "qa+{unique}@example.com"})";
  EXPECT_TRUE(has_shape(mask("email", plain, "x"), "qa+zzzzzzzzzzzzzzzzzzzz@example.com"));
  EXPECT_TRUE(make_for("email", plain)->keeps_unique());
  const char *names = R"({"template": "{first}.{last}@shop.test"})";
  EXPECT_FALSE(make_for("email", names)->keeps_unique());
  EXPECT_TRUE(mask("email", names, "x").ends_with("@shop.test"));
  EXPECT_LE(mask("email", names, "x", room(20)).size(), 20U);
  EXPECT_EQ(make_error("email", names, room(14)).code, Code::does_not_fit);
  for (const char *bad :
       {R"({"template": "{first}"})", R"({"template": "{first}@real.com"})", R"({"template": "{given}@a.test"})",
        R"({"template": "same@a.test"})", R"({"template": "@a.test"})", R"({"template": "{first}@a@b.test"})",
        R"({"template": "{first} {last}@a.test"})", R"({"template": "{first}@a.test", "style": "name"})"})
    EXPECT_EQ(make_error("email", bad).code, Code::bad_option) << bad;
}

TEST(email, passes_what_is_no_address_when_asked) {
  const char *options = R"({"invalid": "pass"})";
  for (const char *value : {"n/a", "ada at home", "@", "a@", "@b", "a b@c"})
    EXPECT_EQ(mask("email", options, value), value);
  EXPECT_EQ(mask("email", options, "ada@lovelace.org"), mask("email", "{}", "ada@lovelace.org"));
  EXPECT_FALSE(make_for("email", options)->keeps_unique());
  EXPECT_EQ(make_error("email", R"({"invalid": "keep"})").code, Code::bad_option);
}

TEST(email, takes_case_for_nothing_when_asked) {
  const char *options = R"({"fold": true})";
  EXPECT_EQ(mask("email", options, " Ada@Lovelace.org "), mask("email", options, "ada@lovelace.org"));
  EXPECT_EQ(mask("email", options, "ada@lovelace.org"), mask("email", "{}", "ada@lovelace.org"));
  EXPECT_NE(mask("email", "{}", "Ada@lovelace.org"), mask("email", "{}", "ada@lovelace.org"));
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
  EXPECT_EQ(mask("email", "{}", "x", room(58)), mask("email", "{}", "x"));
  for (uint32_t width = 38; width < 58; width++) {
    EXPECT_TRUE(is_of_a_person(mask("email", "{}", "x", room(width)))) << width;
    EXPECT_TRUE(make_for("email", "{}", room(width))->keeps_unique());
  }
  EXPECT_EQ(mask("email", "{}", "x", room(37)), mask("email", R"({"style": "opaque"})", "x"));
  EXPECT_TRUE(make_for("email", "{}", room(32))->keeps_unique());
  EXPECT_FALSE(make_for("email", "{}", room(31))->keeps_unique());
  // The way out for a unique varchar(30).
  EXPECT_TRUE(make_for("email", R"({"style": "opaque", "domain": "a.test"})", room(30))->keeps_unique());
  EXPECT_EQ(mask("email", "{}", "x", room(20)).size(), 20U);
  Error e = make_error("email", "{}", room(19));
  EXPECT_EQ(e.code, Code::does_not_fit);
  EXPECT_NE(e.hint.find("It takes 20 characters"), std::string::npos) << e.hint;
  const std::string shorter = mask("email", R"({"local_length": 30})", "x");
  EXPECT_LE(shorter.find('@'), 30U);
  EXPECT_TRUE(is_of_a_person(shorter));
  EXPECT_EQ(mask("email", R"({"local_length": 8})", "x").find('@'), 8U);
}

}  // namespace
}  // namespace confiture::mask

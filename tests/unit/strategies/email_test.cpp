// email: addresses at domains where no mail arrives.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

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

}  // namespace
}  // namespace confiture::mask

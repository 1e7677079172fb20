#include "mask/option_reader.h"

#include <string>

#include <gtest/gtest.h>

#include "strategy_fixture.h"

namespace confiture::mask {
namespace {

constexpr const char *help = "size: a number; text: a string";

Error refusal(
    std::string_view json, void (*use)(OptionReader &) = [](OptionReader &o) { o.finish(); }) {
  return error_of([&] {
    OptionReader options("demo", json, help);
    use(options);
  });
}

TEST(options, read_what_is_there) {
  OptionReader options("demo", R"({"size": 7, "flag": true, "text": "h\u00e9", "none": null})", help);
  EXPECT_TRUE(options.has("size"));
  EXPECT_FALSE(options.has("missing"));
  EXPECT_FALSE(options.has("none"));
  EXPECT_EQ(options.integer("size", 1, 0, 10), 7);
  EXPECT_EQ(options.integer("missing", 3, 5, 10), 3);
  EXPECT_TRUE(options.boolean("flag", false));
  EXPECT_EQ(options.string("text", ""), "h\xc3\xa9");
  EXPECT_EQ(options.string("none", "default"), "default");
  EXPECT_NO_THROW(options.finish());
}

TEST(options, empty_text_is_an_empty_object) {
  for (const char *json : {"", "{}", " { } "}) {
    OptionReader options("demo", json, help);
    EXPECT_NO_THROW(options.finish());
  }
}

TEST(options, scalars_keep_the_digits_they_were_written_with) {
  OptionReader options("demo", R"({"a": 1.10, "b": -3, "c": 123456789012345678901234567890, "d": false, "e": "x"})",
                       help);
  EXPECT_EQ(options.scalar("a"), "1.10");
  EXPECT_EQ(options.scalar("b"), "-3");
  EXPECT_EQ(options.scalar("c"), "123456789012345678901234567890");
  EXPECT_EQ(options.scalar("d"), "false");
  EXPECT_EQ(options.scalar("e"), "x");
}

TEST(options, unknown_ones_are_named_with_those_there_are) {
  Error e = refusal(R"({"sise": 3})");
  EXPECT_EQ(e.code, Code::bad_option);
  EXPECT_EQ(e.message, "strategy \"demo\": there is no option \"sise\"");
  EXPECT_EQ(e.hint, "Options of strategy \"demo\": size: a number; text: a string.");
}

TEST(options, wrong_types_are_refused) {
  auto integer = [](OptionReader &o) { o.integer("size", 1, 0, 10); };
  for (const char *json : {R"({"size": "7"})", R"({"size": 7.5})", R"({"size": 7.0})", R"({"size": true})",
                           R"({"size": 11})", R"({"size": -1})", R"({"size": 18446744073709551615})"}) {
    Error e = refusal(json, integer);
    EXPECT_EQ(e.code, Code::bad_option) << json;
    EXPECT_EQ(e.message, "strategy \"demo\": option \"size\" must be a whole number from 0 to 10") << json;
  }
  EXPECT_EQ(refusal(R"({"flag": 1})", [](OptionReader &o) { o.boolean("flag", false); }).message,
            "strategy \"demo\": option \"flag\" must be true or false");
  EXPECT_EQ(refusal(R"({"text": 1})", [](OptionReader &o) { o.string("text", ""); }).message,
            "strategy \"demo\": option \"text\" must be a string");
}

TEST(options, have_to_be_one_flat_object) {
  for (const char *json : {"[]", "1", "\"x\"", "null", "true", "{", "}", "{\"a\":}", "{\"a\":1}{}", "{\"a\":1,}", "nul",
                           "{\"a\":1,\"a\":2}", "{\"a\":[1]}", "{\"a\":{\"b\":1}}", "{'a':1}", "{\"a\":\"\\u0000\"}",
                           "{\"a\":\"\xff\"}", "{a:1}", "//\n{}"}) {
    Error e = refusal(json, [](OptionReader &o) { o.scalar("a"); });
    EXPECT_EQ(e.code, Code::bad_option) << json;
    EXPECT_LT(e.message.size(), 120U) << e.message;
  }
}

TEST(options, are_bounded) {
  EXPECT_EQ(refusal(R"({"a": 1e400})").message, "strategy \"demo\": options hold a number that is too large");
  EXPECT_EQ(refusal("{\"a\":\"" + std::string(20000, 'x') + "\"}").message,
            "strategy \"demo\": options are larger than 16 kB");
  EXPECT_EQ(refusal(std::string(16000, '[')).code, Code::bad_option);
  EXPECT_EQ(refusal(std::string(16000, '{')).code, Code::bad_option);
  std::string many = "{";
  for (int i = 0; i < 40; i++) many += (i ? ",\"o" : "\"o") + std::to_string(i) + "\":1";
  EXPECT_EQ(refusal(many + "}").message, "strategy \"demo\": options are too many");
}

TEST(options, messages_echo_little_and_nothing_unprintable) {
  Error e = refusal("{\"" + std::string(5000, 'n') + "\": 1}");
  EXPECT_LT(e.message.size(), 120U);
  EXPECT_NE(e.message.find("nnn...\""), std::string::npos);
  EXPECT_EQ(refusal(R"({"a\n\u001b[31m": 1})").message, "strategy \"demo\": there is no option \"a??[31m\"");
  // A cut never leaves half a character behind.
  std::string accents;
  for (int i = 0; i < 100; i++) accents += "\xc3\xa9";
  EXPECT_NE(refusal("{\"x" + accents + "\": 1}").message.find("\xc3\xa9...\""), std::string::npos);
}

TEST(options, are_in_the_encoding_of_the_database) {
  OptionReader latin1("demo", "{\"text\": \"g\xe9n\xe9ral\", \"escaped\": \"\\u00e9\"}", help,
                      CharEncoding::single_byte);
  EXPECT_EQ(latin1.string("text", ""), "g\xe9n\xe9ral");
  EXPECT_EQ(latin1.string("escaped", ""), "\xe9");
  EXPECT_EQ(error_of([] { OptionReader("demo", "{\"text\": \"\\u20ac\"}", help, CharEncoding::single_byte); }).code,
            Code::bad_option);
}

}  // namespace
}  // namespace confiture::mask

#include <gtest/gtest.h>

#include "../strategy_fixture.h"
#include "../value_fixture.h"

namespace confiture::mask {
namespace {

std::string hstore(std::string_view options, std::string_view value) {
  return mask_as(ValueKind::hstore, "hstore", options, value);
}
Error refusal(std::string_view options) { return make_error("hstore", options, {.kind = ValueKind::hstore}); }

TEST(hstore, masks_by_key_as_columns_are_masked) {
  const std::string options =
      R"({"keys": {"email": "email", "Name": {"strategy": "name", "options": {"locale": "fr"}}}, "others": "keep"})";
  EXPECT_EQ(hstore(options, R"("Name"=>"Ada", "email"=>"ada@example.com", "name"=>"Ada")"),
            "\"Name\"=>\"" + mask("name", R"({"locale": "fr"})", "Ada") + "\", \"email\"=>\"" +
                mask("email", "{}", "ada@example.com") + "\", \"name\"=>\"Ada\"");
}

TEST(hstore, keeps_and_drops) {
  const std::string value = R"("a"=>"1", "b"=>NULL, "c"=>"ada@example.com")";
  EXPECT_EQ(hstore(R"({"keep": ["a", "c"], "others": "drop"})", value), R"("a"=>"1", "c"=>"ada@example.com")");
  EXPECT_EQ(hstore(R"({"drop": ["a", "c", "none"]})", value), R"("b"=>NULL)");
  EXPECT_EQ(hstore(R"({"others": "drop"})", value), "");
  EXPECT_EQ(hstore(R"({"others": "keep"})", value), value);
  EXPECT_EQ(hstore(R"({"keep": ["a", "b", "c"]})", value), value);
}

TEST(hstore, what_has_no_rule_is_judged_by_its_key) {
  const std::string masked =
      hstore("{}", R"("born"=>"1815-12-10", "city"=>"London", "email"=>"", "salary"=>"1200.50")");
  for (const char *value : {"1815-12-10", "London", "1200.50"})
    EXPECT_EQ(masked.find(value), std::string::npos) << masked;
  EXPECT_NE(masked.find(R"("email"=>"")"), std::string::npos);
  // What tells itself by its form is found in any value, and in keys.
  const std::string found = hstore("{}", R"("ada@example.com"=>"7", "log"=>"paid by 4539 5787 6362 1486")");
  EXPECT_EQ(found.find("ada@"), std::string::npos) << found;
  EXPECT_EQ(found.find("4539 5787"), std::string::npos) << found;
  EXPECT_NE(found.find(R"(=>"7")"), std::string::npos) << found;
  EXPECT_EQ(hstore("{}", R"("color"=>"red", "width"=>"7")"), R"("color"=>"red", "width"=>"7")");
}

TEST(hstore, constants_nulls_and_other_types) {
  EXPECT_EQ(hstore(R"({"keys": {"a": "null", "b": {"strategy": "constant", "options": {"value": 7}}, "c": "noise",
                                "d": {"strategy": "hash", "type": "integer"}}})",
                   R"("a"=>"1", "b"=>"2", "c"=>"Ada", "d"=>"Ada")"),
            R"("a"=>NULL, "b"=>"7", "c"=>"[REDACTED]", "d"=>"[REDACTED]")");
  EXPECT_EQ(hstore(R"({"keys": {"a": "redact"}})", R"("a"=>NULL)"), R"("a"=>NULL)");
}

TEST(hstore, options_are_checked) {
  EXPECT_NE(refusal(R"({"keys": {"a": "hash"}, "keep": ["a"]})").message.find("\"a\", which has a rule already"),
            std::string::npos);
  EXPECT_EQ(refusal(R"({"keys": {"a": "hsah"}})").code, Code::unknown_strategy);
  EXPECT_EQ(refusal(R"({"keys": {"a": {"options": {}}}})").code, Code::bad_option);
  EXPECT_EQ(refusal(R"({"keys": {"a": "boolean"}})").code, Code::bad_option);
  EXPECT_EQ(refusal(R"({"paths": {"a": "hash"}})").code, Code::bad_option);
  EXPECT_EQ(refusal(R"({"others": "redact"})").code, Code::bad_option);
}

TEST(hstore, what_is_none_is_refused) {
  const auto made = make_for("hstore", "{}", {.kind = ValueKind::hstore});
  const test::Copier copy;
  ByteSink out;
  for (const char *text : {"a", "\"a\"", "\"a\"=>", "\"a\"=>b", "\"a\"=>\"b", "\"a\"=>NULL,", "\"a\"=>NULL\"b\"=>NULL",
                           "\"a\"=>NULL, ", "\"a=>\"b\"", "\"a\\", ", \"a\"=>NULL", "\"a\" => \"b\""}) {
    EXPECT_FALSE(text_codec::mask_value(*made, ValueKind::hstore, text, out)) << text;
    EXPECT_EQ(out.size(), 0U);
  }
  const std::string good = test::to_binary(ValueKind::hstore, R"("a"=>"b", "c"=>NULL)");
  for (size_t size = 0; size < good.size(); size++)
    EXPECT_FALSE(binary_codec::mask_value(copy, ValueKind::hstore, good.substr(0, size), out)) << size;
  EXPECT_FALSE(binary_codec::mask_value(copy, ValueKind::hstore, good + "x", out));
  std::string negative = good;
  negative[4] = '\xff';
  EXPECT_FALSE(binary_codec::mask_value(copy, ValueKind::hstore, negative, out));
  EXPECT_EQ(out.size(), 0U);
}

}  // namespace
}  // namespace confiture::mask

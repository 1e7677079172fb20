#include <gtest/gtest.h>

#include "../row_masker_fixture.h"
#include "../strategy_fixture.h"
#include "../value_fixture.h"
#include "mask/record_strategy.h"

namespace confiture::mask {
namespace {

using test::be32;

constexpr ColumnFit person{.kind = ValueKind::record};
constexpr std::string_view nobody = "(,,,)";

std::string composite(std::string_view options, std::string_view value) {
  return mask_as(ValueKind::record, "composite", options, value);
}
Error refusal(std::string_view options) { return make_error("composite", options, person); }

// A row in binary, of fields that are NULL where they are null.
std::string row(const std::vector<std::pair<int32_t, const char *>> &fields) {
  std::string bytes = be32(static_cast<int32_t>(fields.size()));
  for (const auto &[oid, value] : fields) {
    bytes += be32(oid);
    bytes += value == nullptr ? be32(-1) : be32(static_cast<int32_t>(std::string_view(value).size())) + value;
  }
  return bytes;
}

std::string in_binary(const Strategy &strategy, std::string_view value, ValueType type = ValueKind::record) {
  // A copy of exactly the bytes, so that a sanitizer sees any byte read outside them.
  const std::vector<char> exact(value.begin(), value.end());
  ByteSink out;
  if (binary_codec::mask_value(strategy, type, {exact.data(), exact.size()}, out)) return std::string(out.view());
  EXPECT_EQ(out.size(), 0U);
  return "no value";
}

TEST(composite, masks_by_name_as_columns_are_masked) {
  const std::string options =
      R"({"fields": {"email": "email", "name": {"strategy": "name", "options": {"locale": "fr"}}}, "others": "keep"})";
  const std::string name = mask("name", R"({"locale": "fr"})", "Ada"),
                    email = mask("email", "{}", "ada@a.test", room(40));
  EXPECT_EQ(composite(options, R"(("Ada",1815-12-10,ada@a.test,"a ""b"" \\c(,"))"),
            "(\"" + name + "\",1815-12-10," + email + R"(,"a ""b"" \\c(,"))");
  EXPECT_EQ(composite(options, nobody), nobody);
  EXPECT_EQ(composite(options, R"((,,,""))"), R"((,,,""))");
}

TEST(composite, keeps_and_drops) {
  const std::string_view value = "(Ada,1815-12-10,ada@a.test,red)";
  EXPECT_EQ(composite(R"({"others": "keep"})", value), value);
  EXPECT_EQ(composite(R"({"others": "drop"})", value), nobody);
  EXPECT_EQ(composite(R"({"keep": ["color"], "others": "drop"})", value), "(,,,red)");
  EXPECT_EQ(composite(R"({"drop": ["name", "color"], "others": "keep"})", value), "(,1815-12-10,ada@a.test,)");
  EXPECT_EQ(composite(R"({"fields": {"name": "null", "color": {"strategy": "constant", "options": {"value": "a b"}}},
                          "others": "keep"})",
                      value),
            R"((,1815-12-10,ada@a.test,"a b"))");
}

TEST(composite, what_has_no_rule_is_judged_as_a_column) {
  const std::string masked = composite("{}", "(Lovelace,1815-12-10,ada@a.test,red)");
  for (const char *raw : {"Lovelace", "1815-12-10", "ada@"}) EXPECT_EQ(masked.find(raw), std::string::npos) << masked;
  EXPECT_TRUE(masked.ends_with(",red)")) << masked;
}

TEST(composite, both_forms_are_alike) {
  for (const char *options :
       {"{}", R"({"others": "keep"})", R"({"drop": ["name"]})", R"({"fields": {"born": "shift"}})"}) {
    const auto made = make_for("composite", options, person);
    // The text of a date is what the strategy of its field makes of it.
    const std::string masked = masked_as(ValueKind::record, *made, R"(("Ada L",1815-12-10,,red))");
    const std::string born = test::to_binary(ValueKind::date, "1815-12-10");
    const std::string binary = in_binary(*made, be32(4) + be32(25) + be32(5) + "Ada L" + be32(1082) + be32(4) + born +
                                                    be32(1043) + be32(-1) + be32(25) + be32(3) + "red");
    const std::string date = masked.substr(masked.find(',') + 1, 10);
    EXPECT_NE(binary.find(test::to_binary(ValueKind::date, date)), std::string::npos) << options;
    EXPECT_TRUE(binary.ends_with(be32(25) + be32(3) + "red")) << options;
    EXPECT_EQ(binary.substr(8, 4) == be32(-1), masked.starts_with("(,")) << options;
  }
}

// Rows inside of rows, and arrays, name types of the source in binary.
TEST(composite, types_are_those_of_the_target) {
  const std::vector<FieldFit> inner = {
      {.name = "x", .type_name = "mood", .fit = {.kind = ValueKind::enumeration}, .oid = 70001}};
  const std::vector<FieldFit> fields = {
      {.name = "one", .type_name = "inner", .fit = {.kind = ValueKind::record}, .oid = 70002, .fields = inner},
      {.name = "many",
       .type_name = "inner",
       .fit = {.kind = ValueKind::record},
       .is_array = true,
       .oid = 70003,
       .element_oid = 70002,
       .fields = inner},
      {.name = "list",
       .type_name = "text",
       .fit = {.kind = ValueKind::text},
       .is_array = true,
       .oid = 70004,
       .element_oid = 70005}};
  const auto made = make_for("composite", R"({"others": "keep"})", {.kind = ValueKind::record, .fields = &fields});
  const auto value = [](int by) {
    const std::string x = be32(1) + be32(70001 - by) + be32(1) + "a";
    const auto field = [by](int oid, const std::string &bytes) {
      return be32(oid - by) + be32(static_cast<int32_t>(bytes.size())) + bytes;
    };
    const std::string many =
        be32(1) + be32(1) + be32(70002 - by) + be32(2) + be32(1) + be32(-1) + be32(static_cast<int32_t>(x.size())) + x;
    const std::string list = be32(0) + be32(0) + be32(70005 - by);
    return be32(3) + field(70002, x) + field(70003, many) + field(70004, list);
  };
  EXPECT_EQ(in_binary(*made, value(5000)), value(0));
  EXPECT_EQ(masked_as(ValueKind::record, *made, R"r(("(a)","{NULL,(a)}",{}))r"), R"r(("(a)","{NULL,(a)}",{}))r");
  // An inner row is masked by a strategy of its own, and judged by its own fields.
  const auto masked = make_for("composite", R"({"fields": {"one": {"strategy": "composite", "options": {"drop": ["x"]}},
      "many": {"strategy": "composite", "options": {"drop": ["x"]}}}})",
                               {.kind = ValueKind::record, .fields = &fields});
  EXPECT_EQ(masked_as(ValueKind::record, *masked, R"r(("(a)","{NULL,(a)}",{}))r"), R"r(("()","{NULL,()}",{}))r");
}

TEST(composite, options_are_checked) {
  EXPECT_NE(refusal(R"({"keep": ["phone"]})").message.find("\"phone\", and the type has no such field"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"keep": ["name"], "drop": ["name"]})").message.find("has a rule already"), std::string::npos);
  EXPECT_NE(refusal(R"({"fields": {"born": "email"}})").message.find("field \"born\": "), std::string::npos);
  EXPECT_EQ(refusal(R"({"fields": {"born": "email"}})").code, Code::unsuitable_type);
  EXPECT_EQ(refusal(R"({"fields": {"name": "hsah"}})").code, Code::unknown_strategy);
  EXPECT_EQ(refusal(R"({"fields": {"email": "hash"}})").code, Code::ok);
  EXPECT_EQ(refusal(R"({"fields": {"name": "choice"}})").code, Code::bad_option);
  EXPECT_EQ(refusal(R"({"fields": {"name": {"options": {}}}})").code, Code::bad_option);
  EXPECT_EQ(refusal(R"({"fields": {"name": {"strategy": "name", "options": {"entity": "id"}}}})").code,
            Code::bad_option);
  EXPECT_EQ(refusal(R"({"fields": {"born": {"strategy": "constant", "options": {"value": "2000-01-01"}}}})").code,
            Code::unsuitable_type);
  EXPECT_EQ(refusal(R"({"others": "null"})").code, Code::bad_option);
  // Of a type that is not known yet, as for a pattern, any field may be.
  EXPECT_EQ(error_of([] { (void)make_strategy("composite", R"({"keep": ["phone"]})", person, test_key()); }).code,
            Code::ok);
}

TEST(composite, what_is_none_is_refused) {
  const auto made = make_for("composite", R"({"others": "keep"})", person);
  ByteSink out;
  for (const char *text : {"", "(", "()", "(,,)", "(,,,,)", "(,,,", "(,,,)x", ",,,", "(\"a,,,)", "(a\"b,,,)",
                           "(,,,a\\)", "(,,,\"\\", "((,,,)", "(\"a\"b,,,)"}) {
    EXPECT_FALSE(text_codec::mask_value(*made, ValueKind::record, text, out)) << text;
    EXPECT_EQ(out.size(), 0U);
  }
  const std::string good = row({{25, "Ada"}, {1082, nullptr}, {1043, "a"}, {25, ""}});
  EXPECT_EQ(in_binary(*made, good), good);
  for (size_t size = 0; size < good.size(); size++)
    EXPECT_EQ(in_binary(*made, good.substr(0, size)), "no value") << size;
  EXPECT_EQ(in_binary(*made, good + "x"), "no value");
  EXPECT_EQ(in_binary(*made, row({{25, "Ada"}})), "no value");
  const auto masking = make_for("composite", R"({"fields": {"born": "shift"}})", person);
  EXPECT_EQ(in_binary(*masking, row({{25, "Ada"}, {1082, "no date"}, {1043, "a"}, {25, ""}})), "no value");
  EXPECT_FALSE(text_codec::mask_value(test::Copier(), ValueKind::record, "(,,,)", out));
}

}  // namespace
}  // namespace confiture::mask

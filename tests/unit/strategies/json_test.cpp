#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

constexpr ColumnFit document{.kind = ValueKind::json};

std::string json(std::string_view options, std::string_view value) { return mask("json", options, value, document); }
Error json_error(std::string_view options, std::string_view value = "{}") {
  return error_of([&] { json(options, value); });
}

TEST(json, masks_by_path_as_columns_are_masked) {
  const std::string options = R"({"paths": {"$.user.email": "email", "$.items[*].name": "name"}, "others": "keep"})";
  const std::string email = mask("email", "{}", "ada@example.com"), name = mask("name", "{}", "Ada");
  EXPECT_EQ(json(options, R"({"user": {"email": "ada@example.com"}, "items": [{"name": "Ada"}, {"name": "Ada"}]})"),
            R"({"user": {"email": ")" + email + R"("}, "items": [{"name": ")" + name + R"("}, {"name": ")" + name +
                R"("}]})");
  // Lax: a key goes through arrays, [*] takes what is no array.
  EXPECT_EQ(json(options, R"([{"user": [{"email": "ada@example.com"}]}])"),
            R"([{"user": [{"email": ")" + email + R"("}]}])");
  EXPECT_EQ(json(options, R"({"items": {"name": "Ada"}})"), R"({"items": {"name": ")" + name + R"("}})");
  EXPECT_EQ(json(options, R"({"email": "a@b.c"})"), R"({"email": "a@b.c"})");
}

TEST(json, leaves_what_is_not_masked_byte_for_byte) {
  const std::string value =
      " { \"b\" :\t1.50e+10, \"a\":-0, \"a\" : 12345678901234567890.10 ,\"\\u0041\\\"\":[ ] , \"c\":{}}\n";
  EXPECT_EQ(json(R"({"others": "keep"})", value), value);
  EXPECT_EQ(json("{}", value), value);
}

TEST(json, of_texts_masks_documents_and_leaves_nothing_of_what_is_none) {
  const auto text = [](std::string_view value) { return mask("json", "{}", value, {.kind = ValueKind::text}); };
  for (const char *value :
       {R"( {"email": "ada@example.com", "event_json": "{}"})", R"([{"salary": 1815.5, "at": [1, 2]}])", "{}"})
    EXPECT_EQ(text(value), json("{}", value));
  EXPECT_EQ(text(""), "");
  for (const char *value : {"Ada Lovelace", "170 1234567", "\"Ada\"", "1815", "true", " ", R"({"a": Ada})",
                            R"({"a": 1} Ada)", R"({"name": "Ada)", "[Ada](https://example.com)"})
    EXPECT_EQ(text(value), "null");
  EXPECT_THROW(make_for("json", "{}", {.kind = ValueKind::text, .max_chars = 255}), Error);
}

TEST(json, drops_members_with_their_commas) {
  const std::string options = R"({"drop": ["$.a", "$.b[0]", "$.c[1]", "$.d[*]"], "others": "keep"})";
  EXPECT_EQ(json(options, R"({"a":1})"), "{}");
  EXPECT_EQ(json(options, R"({"a":1, "x":2})"), R"({"x":2})");
  EXPECT_EQ(json(options, R"({"x":2, "a":{"b":[1]}})"), R"({"x":2})");
  EXPECT_EQ(json(options, R"({"x":2, "a":1, "y":3})"), R"({"x":2, "y":3})");
  EXPECT_EQ(json(options, R"({"a":1, "a":[2,3], "y":3, "z":4})"), R"({"y":3, "z":4})");
  EXPECT_EQ(json(options, R"({"b":[1,2,3],"c":[1,2,3],"d":[1,2]})"), R"({"b":[2,3],"c":[1,3],"d":[]})");
  EXPECT_EQ(json(R"({"drop": ["$"]})", R"({"a":1})"), "null");
  EXPECT_EQ(json(R"({"keep": ["$.a.b", "$.c"], "others": "drop"})",
                 R"({"z":1,"a":{"q":2,"b":3,"r":[4]},"c":[1,{"x":2}],"d":{"e":1}})"),
            R"({"a":{"b":3},"c":[1,{"x":2}]})");
}

TEST(json, a_document_of_which_all_is_dropped_is_empty) {
  const char *const nothing = R"({"others": "drop"})";
  EXPECT_EQ(json(nothing, R"({"a":1})"), "{}");
  EXPECT_EQ(json(nothing, R"( [1, {"a": 2}] )"), " [] ");
  EXPECT_EQ(json(nothing, R"("Ada")"), "null");
  EXPECT_EQ(json(R"({"keep": ["$.b"], "others": "drop"})", R"({"a":1})"), "{}");
  EXPECT_EQ(json(R"({"drop": ["$"], "others": "drop"})", R"({"a":1})"), "null");
}

TEST(json, a_path_holds_below_until_one_inside_of_it) {
  const std::string options =
      R"({"paths": {"$.**": "redact", "$.user.*": "null", "$.user.id": {"strategy": "constant", "options": {"value": 7}}},
          "keep": ["$.user.tags"]})";
  EXPECT_EQ(json(options, R"({"a": "x", "user": {"id": 1, "age": 2, "tags": ["t", {"deep": "u"}]}})"),
            R"({"a": "[REDACTED]", "user": {"id": 7, "age": null, "tags": ["t", {"deep": "u"}]}})");
  EXPECT_EQ(json(R"({"paths": {"$.items": "redact"}, "keep": ["$.items[*].id", "$.items[*].x.*"]})",
                 R"({"items": [{"id": "a", "name": "b", "x": {"y": "c"}}]})"),
            R"({"items": [{"id": "a", "name": "[REDACTED]", "x": {"y": "c"}}]})");
}

TEST(json, a_wider_path_never_takes_back_what_a_narrower_one_masks) {
  const char *const value = R"({"user": {"name": "Ada", "of": [{"x": "Ada"}]}, "a": "x"})";
  const char *const masked = R"({"user": {"name": "[REDACTED]", "of": [{"x": "[REDACTED]"}]}, "a": "x"})";
  for (const char *keep : {"$.**", "$", "$.*", "$.**.name\", \"$.**", "$.**.x\", \"$.**", "$.*.*\", \"$"})
    EXPECT_EQ(json(std::string(R"({"paths": {"$.user": "redact"}, "keep": [")") + keep + "\"]}", value), masked)
        << keep;
}

TEST(json, of_paths_that_only_overlap_the_stricter_wins) {
  const auto of = [](const char *paths, const char *keep, const char *drop, const char *value) {
    return json(std::string(R"({"paths": {)") + paths + "}, \"keep\": [" + (*keep ? keep : "\"$.none\"") +
                    "], \"drop\": [" + (*drop ? drop : "\"$.no\"") + "], \"others\": \"keep\"}",
                value);
  };
  EXPECT_EQ(of(R"("$.**.ssn": "redact")", R"("$.meta")", "", R"({"meta": {"ssn": "1", "b": "2"}})"),
            R"({"meta": {"ssn": "[REDACTED]", "b": "2"}})");
  EXPECT_EQ(of(R"("$.*.b": "redact")", R"("$.a.*")", "", R"({"a": {"b": "1", "c": "2"}})"),
            R"({"a": {"b": "[REDACTED]", "c": "2"}})");
  EXPECT_EQ(of(R"("$.*.b": "redact")", "", R"("$.a.*")", R"({"a": {"b": "1"}, "c": {"b": "2"}})"),
            R"({"a": {}, "c": {"b": "[REDACTED]"}})");
  // What is inside of one mask does not lift another.
  EXPECT_EQ(of(R"("$.**.x": "redact", "$.a": "redact")", R"("$.a.*")", "", R"({"a": {"x": "1", "y": "2"}})"),
            R"({"a": {"x": "[REDACTED]", "y": "2"}})");
  // The same in other words is no reason to keep.
  EXPECT_EQ(of(R"("$.a": "redact")", R"("$[*].a")", "", R"([{"a": "1"}, [{"a": "2"}]])"),
            R"([{"a": "[REDACTED]"}, [{"a": "[REDACTED]"}]])");
  EXPECT_EQ(of(R"("$.a": "redact")", R"("$[0].a")", "", R"([{"a": "1"}, {"a": "2"}])"),
            R"([{"a": "1"}, {"a": "[REDACTED]"}])");
}

TEST(json, what_paths_cover_is_found_in_bounded_time) {
  std::string left = "$", right = "$";
  for (int i = 0; i < 40; i++) left += ".**.a", right += ".**.a.b";
  EXPECT_EQ(json(R"({"paths": {")" + left + R"(": "redact"}, "keep": [")" + right + "\"]}", "{}"), "{}");
}

TEST(json, values_of_other_types_never_pass) {
  const std::string options = R"({"paths": {"$.x": "email", "$.n": "noise"}})";
  EXPECT_EQ(json(options, R"({"x": 12345})"), R"({"x": 0})");
  EXPECT_EQ(json(options, R"({"x": true})"), R"({"x": false})");
  EXPECT_EQ(json(options, R"({"x": null})"), R"({"x": null})");
  EXPECT_EQ(json(options, R"({"x": ""})"), R"({"x": ""})");
  EXPECT_EQ(json(options, R"({"n": "Ada Lovelace"})"), R"({"n": "[REDACTED]"})");
  EXPECT_EQ(json(options, R"({"x": {"y": [1815, {"z": "Ada"}]}})").find("1815"), std::string::npos);
  EXPECT_EQ(json(options, R"({"x": {"y": [1815, {"z": "Ada"}]}})").find("Ada"), std::string::npos);
}

TEST(json, reads_dates_numbers_and_uuids_as_columns_do) {
  const auto of = [](const char *rule, const char *value) {
    const std::string masked = json(std::string(R"({"paths": {"$": )") + rule + "}}", value);
    return masked;
  };
  EXPECT_EQ(of(R"("truncate")", R"("1985-03-17")"), R"("1985-03-01")");
  EXPECT_EQ(of(R"("truncate")", R"("1985-03-17T12:34:56Z")"), R"("1985-03-01T00:00:00Z")");
  EXPECT_EQ(of(R"("bucket")", "1815"), "1810");
  EXPECT_EQ(of(R"("round")", "1.815e2"), "182");
  EXPECT_EQ(of(R"("hash")", "42"), mask_as(ValueKind::int8, "hash", "{}", "42"));
  EXPECT_EQ(of(R"({"strategy": "hash", "type": "integer"})", "42"), mask_as(ValueKind::int4, "hash", "{}", "42"));
  const char *uuid = "5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11";
  EXPECT_EQ(of(R"({"strategy": "hash", "type": "uuid"})", (std::string("\"") + uuid + "\"").c_str()),
            "\"" + mask_as(ValueKind::uuid, "hash", "{}", uuid) + "\"");
}

TEST(json, escapes_hide_nothing) {
  const std::string options =
      R"({"paths": {"$.email": "email", "$.p": {"strategy": "partial", "options": {"first": 2, "last": 0}}}})";
  const std::string email = mask("email", "{}", "ada@example.com");
  EXPECT_EQ(json(options, R"({"em\u0061il": "ada\u0040example.com"})"), R"({"em\u0061il": ")" + email + "\"}");
  EXPECT_EQ(json(R"({})", R"({"log": "from ada\u0040example.com"})"), R"({"log": "from )" + email + "\"}");
  EXPECT_EQ(json(options, R"({"p": "\"\\\u00e9\ud83d\ude00"})"), R"({"p": "\"\\*)"
                                                                 "*\"}");
}

TEST(json, others_are_judged_by_the_guard) {
  const std::string email = mask("email", "{}", "ada@example.com"), phone = mask("phone", "{}", "+33 6 12 34 56 78");
  EXPECT_EQ(json("{}", R"({"id": 7, "state": "open", "email": "ada@example.com"})"),
            R"({"id": 7, "state": "open", "email": ")" + email + "\"}");
  EXPECT_EQ(json("{}", R"({"x": ["see ada@example.com", {"ada@example.com": 1}]})"),
            R"({"x": ["see )" + email + R"(", {")" + email + R"(": 1}]})");
  EXPECT_EQ(json("{}", R"({"phones": ["+33 6 12 34 56 78", null]})"), R"({"phones": [")" + phone + R"(", null]})");
  EXPECT_EQ(json("{}", R"({"first_name": {"x": "Ada"}})").find("Ada"), std::string::npos);
  EXPECT_EQ(json("{}", R"({"shipped": "1985-03-17", "birth_date": "1985-03-17"})"),
            R"({"shipped": "1985-03-17", "birth_date": ")" + mask_as(ValueKind::date, "birthdate", "{}", "1985-03-17") +
                "\"}");
  EXPECT_EQ(json("{}", R"({"comments": [{"id": 7, "stars": 4.5}]})"), R"({"comments": [{"id": 7, "stars": 4.5}]})");
  EXPECT_EQ(
      json("{}", R"({"at": "2024-01-15T12:34:56Z", "n": "12345678", "u": "5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11"})"),
      R"({"at": "2024-01-15T12:34:56Z", "n": "12345678", "u": "5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11"})");
}

TEST(json, more_keys_than_are_remembered_are_judged_alike) {
  std::string value = "{", expected = "{";
  const std::string email = mask("email", "{}", "ada@example.com");
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 3000; i++) {
      const std::string key = "\"email_" + std::to_string(i) + "\": \"";
      value += key + "ada@example.com\", ";
      expected += key + email + "\", ";
    }
  EXPECT_EQ(json("{}", value + "\"x\": 1}"), expected + "\"x\": 1}");
}

TEST(json, long_keys_are_judged_by_their_ends) {
  std::string key;
  while (key.size() < 1000) key += "part_of_";
  const std::string email = mask("email", "{}", "ada"), masked = json("{}", "{\"" + key + "email\": \"ada\"}");
  EXPECT_EQ(masked, "{\"" + key + "email\": \"" + email + "\"}");
  EXPECT_EQ(json("{}", "{\"email_" + key + "\": \"ada\"}"), "{\"email_" + key + "\": \"" + email + "\"}");
}

TEST(json, malformed_documents_are_errors_without_their_content) {
  for (const char *bad :
       {"",   " ",        "{",   "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}",      "\"secret", "\"sec\nret\"",
        "01", "1.",       "tru", "nul",  "[1]]",  "{} {}",   "[}",       "{\"a\":1,}", "-",        "\"\\",
        "+1", "[\"a\":1]"}) {
    const Error e = json_error("{}", bad);
    EXPECT_EQ(e.code, Code::malformed_stream) << bad;
    EXPECT_EQ(e.message.find("secret"), std::string::npos);
  }
}

TEST(json, depth_is_bounded) {
  const std::string deep = std::string(9000, '[') + std::string(9000, ']');
  EXPECT_EQ(json("{}", deep), deep);
  const std::string deeper = std::string(20000, '[') + "\"Ada\"" + std::string(20000, ']');
  EXPECT_EQ(json("{}", deeper), std::string(10000, '[') + "null" + std::string(10000, ']'));
  EXPECT_EQ(json_error("{}", std::string(1000000, '[')).code, Code::malformed_stream);
}

TEST(json, refuses_options_that_mean_nothing) {
  const auto message = [](std::string_view options) { return json_error(options).message; };
  for (const char *path : {"", "a", "$.", "$x", "$[", "$[a]", "$[1", "$.a..b", "$['a]", "$[-1]"})
    EXPECT_EQ(json_error(std::string(R"({"keep": [")") + path + "\"]}").code, Code::bad_option) << path;
  EXPECT_EQ(message(R"({"keep": ["$.a"], "drop": ["$['a']"]})"),
            "strategy \"json\": option \"paths\" and \"keep\" and \"drop\": \"$.a\" is there twice");
  EXPECT_EQ(message(R"({"paths": {"$.a": "choice"}})"),
            "strategy \"choice\" draws a value by row, which no value inside a document can");
  EXPECT_EQ(message(R"({"paths": {"$.a": "emial"}})"), "there is no strategy \"emial\"");
  EXPECT_EQ(json_error(R"({"paths": {"$.a": {"strategy": "email", "option": 1}}})").code, Code::bad_option);
  EXPECT_EQ(json_error(R"({"paths": {"$.a": {"strategy": "email", "options": {"x": 1}}}})").code, Code::bad_option);
  for (const char *of_row : {R"({"entity": "id"})", R"({"gender": {"column": "sex"}})"})
    EXPECT_EQ(json_error(R"({"paths": {"$.a": {"strategy": "name", "options": )" + std::string(of_row) + "}}}").code,
              Code::bad_option);
  EXPECT_EQ(json_error(R"({"paths": {"$.a": {"strategy": "hash", "type": "nonsense"}}})").code, Code::bad_option);
  EXPECT_EQ(json_error(R"({"paths": {"$.a": {"strategy": "email", "type": "bigint"}}})").code, Code::unsuitable_type);
  EXPECT_EQ(json_error(R"({"paths": ["$.a"]})").code, Code::bad_option);
  EXPECT_EQ(json_error(R"({"others": "mask"})").code, Code::bad_option);
  std::string many;
  for (int i = 0; i < 200; i++) many += (many.empty() ? "\"$.k" : ", \"$.k") + std::to_string(i) + "\"";
  EXPECT_EQ(message("{\"keep\": [" + many + "]}"),
            "strategy \"json\": option \"paths\" and \"keep\" and \"drop\" have more than 256 steps in all");
}

TEST(json, in_other_encodings_escapes_cannot_smuggle) {
  const ColumnFit latin1{.kind = ValueKind::json, .encoding = CharEncoding::single_byte};
  const auto made = make_for("json", R"({"paths": {"$.a": "hash"}})", latin1);
  EXPECT_EQ(masked_by(*made, "{\"a\": \"\xe9\", \"b\": \"\xe9\"}"),
            "{\"a\": \"" + mask("hash", "{}", "\xe9") + "\", \"b\": \"\xe9\"}");
}

}  // namespace
}  // namespace confiture::mask

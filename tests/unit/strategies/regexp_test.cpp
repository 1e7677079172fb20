#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::string regexp(std::string_view options, std::string_view value, ColumnFit fit = {}) {
  return mask("regexp", options, value, fit);
}
std::string problem(std::string_view options) { return make_error("regexp", options).message; }

TEST(regexp, replaces_every_match) {
  EXPECT_EQ(regexp(R"({"pattern": "[0-9]+"})", "order 1815 of 1843"), "order [REDACTED] of [REDACTED]");
  EXPECT_EQ(regexp(R"_({"pattern": "(\\w+)@(\\w+)", "with": "\\\\\\2:\\0"})_", "ada@corp"), "\\corp:ada@corp");
  EXPECT_EQ(regexp(R"({"pattern": "(a)|b", "with": "<\\1>"})", "xaby"), "x<a><>y");
  EXPECT_EQ(regexp(R"({"pattern": "x*", "with": "-"})", "axxb"), "a-b");
  EXPECT_EQ(regexp(R"({"pattern": "^a", "with": "-"})", "aaa"), "-aa");
  EXPECT_EQ(regexp(R"({"pattern": ".", "with": "-"})", "\xc3\xa9\xf0\x9f\x98\x80!"), "---");
  EXPECT_EQ(regexp(R"({"pattern": "\u00e9", "with": "e"})", "caf\xc3\xa9"), "cafe");
  EXPECT_EQ(regexp(R"({"pattern": "a"})", ""), "");
}

TEST(regexp, masks_groups_or_matches_by_another_strategy) {
  const std::string ada = mask("username", "{}", "ada"), bob = mask("username", "{}", "bob");
  EXPECT_EQ(regexp(R"_({"pattern": "user=(\\w+)", "mask": "username"})_", "user=ada ok user=bob"),
            "user=" + ada + " ok user=" + bob);
  EXPECT_EQ(regexp(R"({"pattern": "ada|bob", "mask": "username"})", "ada, bob"), ada + ", " + bob);
  EXPECT_EQ(regexp(R"_({"pattern": "((a)d(a))-(x)?(b)", "mask": "hash", "options": {"length": 8}})_", "ada-b."),
            mask("hash", R"({"length": 8})", "ada") + "-" + mask("hash", R"({"length": 8})", "b") + ".");
  EXPECT_EQ(regexp(R"_({"pattern": "n (\\w+)", "mask": "constant", "options": {"value": "x"}})_", "n ada"), "n x");
}

TEST(regexp, a_value_without_a_match_does_not_stay_unless_asked) {
  EXPECT_EQ(regexp(R"({"pattern": "[0-9]"})", "Ada"), "[REDACTED]");
  EXPECT_EQ(regexp(R"({"pattern": "x*"})", "Ada"), "[REDACTED]");
  EXPECT_EQ(regexp(R"({"pattern": "[0-9]", "keep_others": true})", "Ada"), "Ada");
  EXPECT_EQ(regexp(R"({"pattern": "[0-9]"})", "Ada 1", room(6)), "Ada [R");
}

TEST(regexp, single_bytes_are_characters_where_they_are) {
  const ColumnFit latin1{.kind = ValueKind::text, .encoding = CharEncoding::single_byte};
  EXPECT_EQ(regexp("{\"pattern\": \"\xe9.\", \"with\": \"-\"}", "a\xe9\xe8z", latin1), "a-z");
  const ColumnFit other{.kind = ValueKind::text, .encoding = CharEncoding::other};
  EXPECT_EQ(make_error("regexp", R"({"pattern": "a"})", other).code, Code::unsuitable_type);
}

TEST(regexp, refuses_what_means_nothing) {
  EXPECT_EQ(problem("{}"), "strategy \"regexp\": option \"pattern\" is missing");
  EXPECT_EQ(problem(R"({"pattern": "(a"})"),
            "strategy \"regexp\": option \"pattern\" is no regular expression of RE2: missing ): (a");
  for (const char *options :
       {R"({"pattern": "(a)\\1"})", R"({"pattern": "((a{1000}){1000}){1000}"})",
        R"_({"pattern": "()()()()()()()()()()"})_", R"({"pattern": "a", "with": "\\1"})",
        R"({"pattern": "a", "with": "\\"})", R"({"pattern": "a", "with": "\\n"})",
        R"({"pattern": "a", "mask": "null"})", R"({"pattern": "a", "mask": "choice"})",
        R"({"pattern": "a", "mask": "lookup", "options": {"table": "a.b", "column": "c"}})",
        R"({"pattern": "a", "mask": "name", "options": {"entity": "id"}})",
        R"({"pattern": "a", "mask": "email", "with": "b"})", R"({"pattern": "a", "options": {}})"})
    EXPECT_EQ(make_error("regexp", options).code, Code::bad_option) << options;
  EXPECT_EQ(make_error("regexp", R"({"pattern": "a", "mask": "emial"})").code, Code::unknown_strategy);
}

TEST(regexp, no_pattern_and_no_value_takes_long) {
  const std::string many(200000, 'a');
  regexp(R"({"pattern": "(a*)*b"})", many);
  regexp(R"({"pattern": "(x+x+)+y|a{1,400}b"})", many);
  // Every match looks at all that follows; the rest is given up.
  const std::string masked = regexp(R"({"pattern": "a.*b|a", "with": "-"})", many);
  EXPECT_TRUE(masked.ends_with("-[REDACTED]"));
  EXPECT_EQ(masked.find('a'), masked.npos);
}

}  // namespace
}  // namespace confiture::mask

// The rules file: YAML and TOML give the same model, what is wrong is said with its place, and what is written reads
// back.
#include <gtest/gtest.h>

#include "output.h"
#include "rules/file.h"

using namespace client;
using rules::Format;
using rules::Json;

namespace {

constexpr const char *yaml = R"(# shop
tables:
  public.customers:
    filter: "created_at > now() - interval '30 days'"
    columns:
      email: email
      ssn: {strategy: hash, length: 16}
      city: keep
      phone: [{strategy: keep, when: "is_staff -- \"ours\""}, {strategy: hash, length: 8, when: "true"}, phone]
      fax: {strategy: "null", when: "id > 5"}
      "Strange column": drop
  'sales."Orders"':
    columns: {note: {strategy: redact, text: "no"}}
)";

constexpr const char *toml = R"(
[tables."public.customers"]
filter = "created_at > now() - interval '30 days'"
[tables."public.customers".columns]
"Strange column" = "drop"
city = "keep"
email = "email"
ssn = { strategy = "hash", length = 16 }
phone = [{ strategy = "keep", when = 'is_staff -- "ours"' }, { strategy = "hash", length = 8, when = "true" }, "phone"]
fax = { strategy = "null", when = "id > 5" }
[tables.'sales."Orders"'.columns]
note = { strategy = "redact", text = "no" }
)";

// The model as text, in an order that does not depend on the file's.
std::string canonical(const rules::RuleSet &set) {
  nlohmann::json all = nlohmann::json::object();
  for (const rules::TableRules &table : set.tables) {
    nlohmann::json &there = all[table.table];
    there["filter"] = table.filter ? nlohmann::json(*table.filter) : nlohmann::json();
    for (const rules::ColumnRule &each : table.columns)
      there["columns"][each.column].push_back(
          {{"strategy", each.strategy}, {"options", each.options}, {"when", each.when.value_or("always")}});
  }
  return all.dump();
}

std::string problem_of(const std::string &text, Format as) {
  try {
    rules::parse(text, as, "rules");
  } catch (const Error &problem) {
    EXPECT_EQ(problem.code(), ExitCode::usage) << text;
    return problem.what();
  }
  return "none";
}

rules::RuleSet one_rule(const std::string &table, const std::string &column, const Json &options) {
  return {{{table, std::nullopt, {{column, "constant", options}}}}};
}

TEST(rules_file, yaml_and_toml_say_the_same) {
  std::string from_yaml = canonical(rules::parse(yaml, Format::yaml, "rules"));
  EXPECT_EQ(from_yaml, canonical(rules::parse(toml, Format::toml, "rules")));
  EXPECT_NE(from_yaml.find(R"("ssn":[{"options":{"length":16},"strategy":"hash","when":"always"}])"), std::string::npos)
      << from_yaml;
  EXPECT_NE(from_yaml.find(R"("strategy":"keep","when":"is_staff -- \"ours\""})"), std::string::npos) << from_yaml;
  EXPECT_NE(from_yaml.find(R"("note":[{"options":{"text":"no"})"), std::string::npos) << from_yaml;
}

TEST(rules_file, what_is_written_reads_back) {
  for (Format as : {Format::yaml, Format::toml}) {
    rules::RuleSet set = rules::parse(yaml, Format::yaml, "rules");
    std::string written = rules::write(set, as);
    EXPECT_EQ(canonical(rules::parse(written, as, "rules")), canonical(set)) << written;
    EXPECT_EQ(rules::write(rules::parse(rules::write(set, Format::yaml), Format::yaml, "rules"), as), written);
  }
}

TEST(rules_file, hostile_names_and_values_survive) {
  const std::string names[] = {"a b",          "no",   "null", "x: y", "# z",  "\"q\"",     "it's",   "a\nb",
                               "\u00fc\u4e2d", "\\",   "-",    "~",    "1",    "true",      "[x]",    "{y}",
                               "a.b",          "\x01", "=",    "",     "\x7f", "\u009b31m", "\u202e", "\u2028"};
  for (const std::string &name : names)
    for (Format as : {Format::yaml, Format::toml}) {
      rules::RuleSet set =
          one_rule("\"" + name + "\".t", name,
                   {{"value", name}, {name + "k", Json::array({1, 2.5, true, name})}, {"map", {{name, -1}}}});
      std::string written = rules::write(set, as);
      EXPECT_EQ(canonical(rules::parse(written, as, "rules")), canonical(set)) << written;
      // Nor does a terminal obey them.
      EXPECT_EQ(written, printable(written, true));
    }
}

TEST(rules_file, comments_stay_on_their_line) {
  rules::RuleSet set = {{{"t", std::nullopt, {{"a", "keep", Json::object(), "one\n      b: drop"}}}}};
  for (Format as : {Format::yaml, Format::toml})
    EXPECT_EQ(rules::parse(rules::write(set, as), as, "rules").tables[0].columns.size(), 1U);
}

TEST(rules_file, nothing_is_no_rules) {
  for (const char *text :
       {"", "# nothing\n", "tables:\n", "tables: {}\n", "tables:\n  t:\n", "tables: {t: {columns: }}"})
    EXPECT_EQ(problem_of(text, Format::yaml), "none") << text;
  EXPECT_EQ(problem_of("", Format::toml), "none");
  EXPECT_EQ(rules::write({}, Format::yaml), "tables: {}\n");
  EXPECT_TRUE(rules::parse(rules::write({}, Format::toml), Format::toml, "rules").tables.empty());
}

TEST(rules_file, quoted_words_stay_text) {
  auto set = rules::parse(
      "tables: {t: {columns: {a: {strategy: constant, value: \"16\"}, b: {strategy: constant, value: 16}, c: "
      "{strategy: constant, value: ~}}}}",
      Format::yaml, "rules");
  EXPECT_EQ(set.tables[0].columns[0].options["value"], "16");
  EXPECT_EQ(set.tables[0].columns[1].options["value"], 16);
  EXPECT_TRUE(set.tables[0].columns[2].options["value"].is_null());
}

TEST(rules_file, null_without_quotes_is_the_strategy) {
  for (const char *word : {"null", "~", "\"null\""}) {
    auto set = rules::parse("tables: {t: {columns: {a: " + std::string(word) + "}}}", Format::yaml, "rules");
    EXPECT_EQ(set.tables[0].columns[0].strategy, "null") << word;
  }
}

TEST(rules_file, mistakes_are_named) {
  struct Mistake {
    const char *text;
    Format as;
    const char *said;
  };
  const Mistake mistakes[] = {
      {"tables: {t: {column: {a: keep}}}", Format::yaml, "rules: t: unknown key \"column\""},
      {"table: {t: {columns: {a: keep}}}", Format::yaml, "rules: unknown key \"table\", expected tables"},
      {"tables:\n  t:\n    columns:\n      a: keep\n      a: drop\n", Format::yaml,
       "rules, line 5: \"a\" appears twice"},
      {"tables:\n  t: {columns: {a: keep}}\n  t: {columns: {b: keep}}\n", Format::yaml,
       "rules, line 3: \"t\" appears twice"},
      {"tables: {t: {columns: {a: 5}}}", Format::yaml, "rules: t: a: must be a strategy's name"},
      {"tables: {t: {columns: {a: {length: 5}}}}", Format::yaml, "rules: t: a: must be a strategy's name"},
      {"tables: {t: {columns: {a: []}}}", Format::yaml, "rules: t: a: must have a rule"},
      {"tables: {t: {columns: {a: [keep, hash]}}}", Format::yaml,
       "rules: t: a: a rule without \"when\" must be the last one"},
      {"tables: {t: {columns: {a: [{strategy: keep, when: x}, {strategy: hash, when: x}]}}}", Format::yaml,
       "rules: t: a: two rules have the same \"when\""},
      {"tables: {t: {columns: {a: {strategy: keep, when: 5}}}}", Format::yaml,
       "rules: t: a: when must be an SQL condition"},
      {"patterns: {t: {a: {strategy: keep, when: x}}}", Format::yaml, "rules: t: a: a pattern takes no \"when\""},
      {"tables: {t: {filter: 5}}", Format::yaml, "rules: t: filter must be an SQL condition"},
      {"tables: {t: {filter: \"\"}}", Format::yaml, "rules: t: filter must be an SQL condition"},
      {"tables: [t]", Format::yaml, "rules: tables: must have a key for each table"},
      {"tables:\n\tt: x", Format::yaml, "rules, line 2: "},
      {"tables: {t: [", Format::yaml, "rules, line "},
      {"tables: *nothing", Format::yaml, "rules, line 1: "},
      {"? [a]\n: b", Format::yaml, "rules, line 1: a key must be a name"},
      {"just text", Format::yaml, "rules: tables are missing"},
      {"tables = 5", Format::toml, "rules: tables: must have a key for each table"},
      {"[tables.t.columns]\na = 'keep'\na = 'drop'", Format::toml,
       "rules, line 3: not valid TOML: Error while parsing key-value pair: cannot redefine existing string 'a'"},
      {"[tables.t.columns]\na = 2020-01-01", Format::toml, "rules, line 2: a date or time must be quoted"},
      {"[tables.t.columns]\na = 99999999999999999999", Format::toml, "rules, line 2: not valid TOML: "},
      {"[tables", Format::toml, "rules, line 1: not valid TOML"},
  };
  for (const Mistake &each : mistakes)
    EXPECT_NE(problem_of(each.text, each.as).find(each.said), std::string::npos) << each.text << "\n"
                                                                                 << problem_of(each.text, each.as);
}

TEST(rules_file, hostile_files_end_in_an_error) {
  std::string brackets(200000, '[');
  std::string braces;
  for (int i = 0; i < 50000; i++) braces += "{a=";
  std::string maps = "a";
  for (int i = 0; i < 400; i++) maps = "{" + maps + ": b}";
  std::string laughs = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; i++)
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
              std::to_string(i - 1) + "]\n";
  for (const std::string &text :
       {brackets, braces, maps, laughs, std::string("tables: \0", 9), std::string("\xff\xfe\x00", 3)}) {
    EXPECT_NE(problem_of(text, Format::yaml), "none");
    EXPECT_NE(problem_of("x = " + text, Format::toml), "none");
  }
}

// Strings of every kind may have quotes and brackets in them, and nothing hides behind them.
TEST(rules_file, strings_do_not_hide_nesting) {
  std::string brackets(200000, '[');
  std::string dots = "a";
  for (int i = 0; i < 200000; i++) dots += ".a";
  for (const std::string &text :
       {R"(a = '''x'y'''
b = )" + brackets,
        R"(a = """x"y"""
b = )" + brackets,
        R"(a = ["""x"""", )" + brackets, R"(a = "\\"
b = )" + brackets,
        R"(a = '\'
b = )" + brackets,
        "a = 1 # '\nb = " + brackets, dots + " = 1", "[" + dots + "]", "a = {" + dots + " = 1}"})
    EXPECT_NE(problem_of(text, Format::toml).find("too deeply nested"), std::string::npos) << text.substr(0, 40);
  std::string many(100, '[');
  for (const std::string quote : {"'", "\"", "'''", "\"\"\""})
    EXPECT_EQ(problem_of("[tables.t]\nfilter = " + quote + many + quote, Format::toml), "none") << quote;
  std::string floats = "1.5";
  for (int i = 0; i < 100; i++) floats += ", 1.5";
  EXPECT_EQ(problem_of("[tables.t.columns]\na = { strategy = 'x', list = [" + floats + "] }", Format::toml), "none");
}

TEST(rules_file, aliases_of_long_texts_are_counted) {
  std::string text = "a: &a \"" + std::string(1 << 20, 'x') + "\"\nb:\n";
  for (int i = 0; i < 100000; i++) text += "  - *a\n";
  EXPECT_NE(problem_of(text, Format::yaml).find("too large"), std::string::npos);
}

TEST(rules_file, files_of_windows) {
  std::string text = "\xef\xbb\xbftables:\r\n  t:\r\n    columns:\r\n      a: keep\r\n";
  EXPECT_EQ(rules::parse(text, Format::yaml, "rules").tables[0].columns[0].strategy, "keep");
  text = "\xef\xbb\xbf[tables.t.columns]\r\na = 'keep'\r\n";
  EXPECT_EQ(rules::parse(text, Format::toml, "rules").tables[0].columns[0].strategy, "keep");
}

TEST(rules_file, the_python_confiture_s_file) {
  auto set = rules::parse(
      "users:\n  - column: email\n    strategy: email\n    seed: 42\n  - {column: name, strategy: redact}\norders: "
      "[]\n",
      Format::yaml, "rules");
  ASSERT_EQ(set.tables.size(), 2U);
  EXPECT_EQ(set.tables[0].columns[0].strategy, "email");
  EXPECT_TRUE(set.tables[0].columns[0].options.empty());
  EXPECT_EQ(set.tables[0].columns[1].column, "name");
  EXPECT_EQ(set.notes.size(), 1U);
  EXPECT_NE(
      problem_of("users:\n  - {column: email, strategy: email, sede: 1}", Format::yaml).find("unknown key \"sede\""),
      std::string::npos);
  EXPECT_NE(problem_of("users:\n  - {column: email}", Format::yaml).find("each column needs"), std::string::npos);
  EXPECT_NE(problem_of("users:\n  - {column: a, strategy: hash}\n  - {column: a, strategy: hash}", Format::yaml)
                .find("twice"),
            std::string::npos);
}

TEST(rules_file, formats_by_name) {
  EXPECT_EQ(rules::format_of("a.toml"), Format::toml);
  EXPECT_EQ(rules::format_of("a.yml"), Format::yaml);
  EXPECT_EQ(rules::format_of("-"), Format::yaml);
  EXPECT_THROW(rules::format_of("a.json"), Error);
}

}  // namespace

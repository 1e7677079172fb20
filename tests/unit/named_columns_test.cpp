// Option `columns`: a text is searched for the values of other columns of the row, which become in it what they become
// there; in both row maskers.
#include <gtest/gtest.h>

#include <random>

#include "mask/characters.h"
#include "row_masker_fixture.h"
#include "strategy_fixture.h"

namespace confiture::test {
namespace {

using mask::make_for;
using mask::masked_by;

constexpr const char *of_columns = R"({"columns": ["a", "b"]})";

std::string scrubbed(const std::vector<RowValue> &values, std::string_view text, ColumnFit fit = {}) {
  const auto made = make_for("scrub", of_columns, fit);
  made->set_row_values(values);
  return masked_by(*made, text);
}

TEST(named_columns, values_become_what_they_become_there) {
  const std::vector<RowValue> ada = {{"Ada Lovelace", "Troy Bentcroft"}, {"ada", "troy7"}};
  const std::pair<const char *, const char *> samples[] = {
      {"Ada Lovelace", "Troy Bentcroft"},
      {"Dear Ada Lovelace, dear ADA", "Dear Troy Bentcroft, dear troy7"},
      {"ADA\nLOVELACE's", "Troy Bentcroft's"},
      {"(ada)_ada-ada", "(troy7)_troy7-troy7"},
      {"Ada Lovelac and Ada  Lovelace", "troy7 Lovelac and troy7  Lovelace"},
      {"Adam, Canada, ada1, 1ada, \xc3\xa9"
       "ada ada\xc3\xa9 ada\xd0\xb9",
       "Adam, Canada, ada1, 1ada, \xc3\xa9"
       "ada ada\xc3\xa9 ada\xd0\xb9"},
      // Chinese characters, quotes and dashes end no word
      {"\xe5\x90\x8d"
       "ada\xe3\x81\xa7 \xe2\x80\x9c"
       "ada\xe2\x80\x9d",
       "\xe5\x90\x8d"
       "troy7\xe3\x81\xa7 \xe2\x80\x9ctroy7\xe2\x80\x9d"},
      {"", ""},
      {"AdaAda Lovelace", "AdaAda Lovelace"},
      {"ada ada Lovelace", "troy7 Troy Bentcroft"}};
  for (const auto &[text, expected] : samples) EXPECT_EQ(scrubbed(ada, text), expected);
  EXPECT_EQ(scrubbed(ada,
                     "\xe9"
                     "ada ada\xe9 ada",
                     {.encoding = CharEncoding::single_byte}),
            "\xe9"
            "ada ada\xe9 troy7");
}

// As docs/reference/strategies.md has it.
TEST(named_columns, example) {
  const std::string name = mask::mask("name", "{}", "Ada Lovelace"),
                    email = mask::mask("email", "{}", "ada@example.com");
  EXPECT_EQ(name, "Troy Bentcroft");
  EXPECT_EQ(scrubbed({{"Ada Lovelace", name}, {"ada@example.com", email}},
                     "ADA LOVELACE <ada@example.com> wrote: call me, Ada"),
            "Troy Bentcroft <osei.iliidis.yxw64eti6lhclagqj7ep@example.com> wrote: call me, Ada");
}

TEST(named_columns, short_and_missing_values_are_passed_over) {
  EXPECT_EQ(scrubbed({{"Al", "X"}, {"", "Y"}, {" \n", "Z"}, {"\xc3\xa9\xc3\xa8", "E"}}, "Al is al  \xc3\xa9\xc3\xa8"),
            "Al is al  \xc3\xa9\xc3\xa8");
  EXPECT_EQ(scrubbed({{"  Ada\t", "Troy"}}, "Ada"), "Troy");
  EXPECT_EQ(scrubbed({}, "Ada"), "Ada");
  EXPECT_EQ(scrubbed({{"Ada", ""}}, "Ada!"), "!");
}

TEST(named_columns, come_before_what_is_found_by_its_form) {
  const std::string email = mask::mask("email", "{}", "ada@example.com");
  EXPECT_EQ(scrubbed({{"ada@example.com", "her@own.test"}}, "To Ada@Example.com, ada@example.com"),
            "To her@own.test, her@own.test");
  EXPECT_EQ(scrubbed({{"mail ada@example.com", "gone"}}, "mail ada@example.com"), "gone");
  // Inside of what is replaced there is nothing left to replace.
  EXPECT_EQ(scrubbed({{"ada", "troy"}}, "ada ada@example.com"), "troy " + email);
  // Of two that overlap neither stays.
  EXPECT_EQ(scrubbed({{"example.com Ltd", "Acme"}}, "ada@example.com Ltd."), email + "Acme.");
  EXPECT_EQ(scrubbed({{"one two", "1"}, {"two three", "2"}}, "one two three"), "12");
  EXPECT_EQ(scrubbed({{"aa aa", "x"}}, "aa aa aa"), "xx");
}

TEST(named_columns, no_value_stays_where_it_is_a_word) {
  std::mt19937 random(1);
  const auto text_of = [&](size_t most) {
    constexpr std::string_view characters = "aAb \n1@.-+:/";
    std::string text;
    for (size_t i = random() % most + 1; i > 0; i--) text += characters[random() % characters.size()];
    return text;
  };
  const auto folded = [](std::string text) {
    for (char &c : text) c = c == '\n' ? ' ' : mask::to_lower(c);
    return text;
  };
  const auto trimmed = [](std::string text) {
    text.erase(0, text.find_first_not_of(' '));
    return text.substr(0, text.find_last_not_of(' ') + 1);
  };
  int n_found = 0;
  for (int round = 0; round < 5000; round++) {
    std::string text = text_of(60);
    // Half of them are in the text.
    const std::string values[] = {text_of(6), text.substr(random() % text.size(), 6),
                                  text.substr(random() % text.size(), 3 + random() % 9)};
    const std::string masked = folded(scrubbed({{values[0], "<>"}, {values[1], "<>"}, {values[2], "<>"}}, text));
    n_found += masked.find("<>") != masked.npos;
    for (const std::string &value : values) {
      const std::string raw = trimmed(folded(value));
      if (raw.size() < 3) continue;
      for (size_t at = masked.find(raw); at != masked.npos; at = masked.find(raw, at + 1)) {
        const size_t end = at + raw.size();
        const bool in_word =
            (at > 0 && mask::is_alphanumeric(masked[at - 1]) && mask::is_alphanumeric(masked[at])) ||
            (end < masked.size() && mask::is_alphanumeric(masked[end - 1]) && mask::is_alphanumeric(masked[end]));
        ASSERT_TRUE(in_word) << "[" << raw << "] in [" << masked << "] of [" << text << "]";
      }
    }
  }
  EXPECT_GT(n_found, 1000);
}

TEST(named_columns, take_linear_time) {
  std::string text, value;
  while (text.size() < 2000000) text += "a ";
  while (value.size() < 100000) value += "a ";
  EXPECT_EQ(scrubbed({{value + "b", "x"}, {value + "c", "y"}}, text), text);
}

TEST(named_columns, are_refused_where_there_is_no_row) {
  constexpr const char *inside = R"({"paths": {"$.a": {"strategy": "scrub", "options": {"columns": ["b"]}}}})";
  EXPECT_EQ(mask::make_error("json", inside, {.kind = ValueKind::json}).code, Code::bad_option);
  constexpr const char *field = R"({"fields": {"name": {"strategy": "scrub", "options": {"columns": ["b"]}}}})";
  EXPECT_EQ(mask::make_error("composite", field, {.kind = ValueKind::record}).code, Code::bad_option);
  CompiledColumn alone;
  alone.treatment = Treatment::mask;
  alone.type = ValueKind::text;
  alone.strategy = make_for("scrub", of_columns);
  EXPECT_EQ(mask::error_of([&] { make_row_masker(WireFormat::text, columns_of(std::move(alone)), 0); }).code,
            Code::internal);
}

// ---- in row maskers

CompiledColumn mask_of(const char *strategy, const char *options = "{}", ValueKind kind = ValueKind::text) {
  CompiledColumn column;
  column.treatment = Treatment::mask;
  column.type = kind;
  column.strategy = make_for(strategy, options, {.kind = kind});
  return column;
}
CompiledColumn named(size_t value_side, CompiledColumn &&column) {
  column.value_side = value_side;
  return std::move(column);
}

// id, text, title; sides: 0 name, 1 its entity, 2 number, 3 city with 4 the number of its rule, 5 that of the title's.
std::vector<CompiledColumn> tickets() {
  CompiledColumn text = mask_of("scrub", of_columns), name = mask_of("name", R"({"entity": "id"})");
  name.clues.is_given[0] = true;
  name.clues.side[0] = 1;
  text.named.push_back(named(0, std::move(name)));
  text.named.push_back(named(2, mask_of("hash", "{}", ValueKind::int4)));
  text.named.push_back(named(3, choose(4, pass(), mask_of("city"), make_null())));
  CompiledColumn title = choose(5, pass(), mask_of("scrub", of_columns));
  title.named.push_back(named(0, mask_of("first_name")));
  return columns_of(pass(), std::move(text), std::move(title));
}
std::unique_ptr<RowMasker> text_tickets() { return make_row_masker(WireFormat::text, tickets(), 6); }
std::unique_ptr<RowMasker> binary_tickets() { return make_row_masker(WireFormat::binary, tickets(), 6); }

std::string name_of(const char *entity) {
  const auto made = make_for("name", R"({"entity": "id"})");
  made->set_entity(entity);
  return masked_by(*made, "Ann Miller");
}
std::string city() { return mask::mask("city", "{}", "Bath"); }
std::string number() { return mask::mask_as(ValueKind::int4, "hash", "{}", "48213"); }
std::string first_name() { return mask::mask("first_name", "{}", "Ann Miller"); }

TEST(named_columns, come_in_side_columns_of_text) {
  const std::string stream =
      "1\tAnn Miller, 48213\\tBath\tAnn Miller\tAnn Miller\t7\t48213\tBath\t1\t1\n"
      "2\tann miller, Bath\tAnn Miller\tAnn\\nMiller\t\\N\t\\N\tBath\t0\t0\n"
      "3\tAnn Miller, Bath\t\\N\t\\N\t7\t1\tBath\t2\t1\n"
      "4\t\\N\tAnn Miller\tAnn Miller\t7\t48213\t\\N\t\\N\t1\n"
      "5\tBath\t\t\\N\t7\t48213\tBath\t\\N\t1\n";
  const std::string expected = "1\t" + name_of("7") + ", " + number() + "\\t" + city() + "\t" + first_name() +
                               "\n" +  //
                               "2\t" + masked_by(*make_for("name", R"({"entity": "id"})"), "Ann\nMiller") +
                               ", Bath\tAnn Miller\n" + "3\tAnn Miller, [REDACTED]\t\\N\n" +  //
                               "4\t\\N\t" + first_name() + "\n" +                             //
                               "5\t[REDACTED]\t\n";
  EXPECT_EQ(mask_whole(text_tickets, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = text_tickets();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected) << sizes[0];
  }
}

TEST(named_columns, come_in_side_columns_of_binary) {
  std::string stream = header(), expected = header();
  for (int i = 0; i < 21; ++i) {  // more than two blocks
    const std::string id = std::to_string(i), entity = std::to_string(i % 3);
    const char *rule = i % 2 == 0 ? "1" : "2";
    stream += row({id, i % 5 == 4 ? Value() : Value("for Ann Miller (48213) in Bath"), "Ann Miller", "Ann Miller",
                   entity, "48213", "Bath", rule, be32(i % 2)});
    expected += row({id,
                     i % 5 == 4 ? Value()
                                : Value("for " + name_of(entity.c_str()) + " (" + number() + ") in " +
                                        (i % 2 == 0 ? city() : "[REDACTED]")),
                     i % 2 == 0 ? "Ann Miller" : first_name()});
  }
  stream += trailer();
  expected += trailer();
  EXPECT_EQ(mask_whole(binary_tickets, stream), expected);
  for (const auto &sizes : slicings_of(stream.size())) {
    const auto masker = binary_tickets();
    ASSERT_EQ(feed_in_slices(*masker, stream, sizes), expected) << sizes[0];
  }
}

TEST(named_columns, what_is_no_value_of_them_is_refused) {
  EXPECT_EQ(refusal(text_tickets, "1\tx\tx\tAnn\t7\tno number\tBath\t1\t1\n"),
            "a value of a column that an option names is not of its type");
}

}  // namespace
}  // namespace confiture::test

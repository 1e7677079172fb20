// lookup: one of some values, for equal values the same.
#include <map>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

constexpr const char *of_table = R"({"table": "public.cities", "column": "name"})";

std::map<std::string, int> looked_up(std::string_view options, ColumnFit fit = {}) {
  const auto made = make_for("lookup", options, fit);
  std::map<std::string, int> counts;
  for (int i = 0; i < 3000; ++i) {
    const std::string value = std::to_string(i), masked = masked_as(fit.kind, *made, value);
    EXPECT_EQ(masked_as(fit.kind, *made, value), masked);
    counts[masked]++;
  }
  return counts;
}

TEST(lookup, draws_all_values_alike) {
  const auto counts = looked_up(R"({"values": ["Graz", "Linz", "St. \"P\""]})");
  EXPECT_EQ(counts.size(), 3U);
  for (const auto &[value, count] : counts) EXPECT_NEAR(count, 1000, 150) << value;
  EXPECT_EQ(mask("lookup", R"({"values": ["Graz", "Linz"]})", ""), "") << "what is empty stays so";
}

TEST(lookup, takes_the_values_of_a_table_as_they_are) {
  const auto counts = looked_up(of_table, {.values = R"({Graz,"a, \"b\" \\c",NULL,"NULL"})"});
  EXPECT_EQ(counts.size(), 3U);
  EXPECT_TRUE(counts.contains("Graz") && counts.contains("a, \"b\" \\c") && counts.contains("NULL"));
  EXPECT_EQ(looked_up(of_table, {.kind = ValueKind::int2, .values = "{7,-8}"}).size(), 2U);
  // For a bigint what it is for a smallint.
  const auto small = make_for("lookup", of_table, {.kind = ValueKind::int2, .values = "{7,-8,9}"}),
             big = make_for("lookup", of_table, {.kind = ValueKind::int8, .values = "{7,-8,9}"});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(small->mask_integer(i, 16), big->mask_integer(i, 64));
  // Labels of the column's own enum do not stand for those of a table.
  const ColumnFit sizes{.kind = ValueKind::enumeration, .labels = "{small,big,unused}", .values = "{small,big}"};
  EXPECT_FALSE(looked_up(of_table, sizes).contains("unused"));
}

TEST(lookup, takes_values_of_other_kinds) {
  const struct {
    ValueKind kind;
    const char *values, *value, *other, *bad;
  } cases[] = {{ValueKind::date, "{2024-01-15,2024-02-15}", "1985-03-17", "1985-03-18", "{2024-01-15,infinity}"},
               {ValueKind::timestamp, R"({"2024-01-15 12:34:56","0044-03-15 00:00:00 BC"})", "1985-03-17 01:02:03",
                "1985-03-17 01:02:04", "{x}"},
               {ValueKind::timestamptz, R"({"2024-01-15 12:34:56+00","2024-02-15 12:34:56+02"})",
                "1985-03-17 01:02:03+00", "1985-03-17 01:02:04+00", "{2024-01-15}"},
               {ValueKind::uuid, "{11111111-1111-4111-8111-111111111111,22222222-2222-4222-8222-222222222222}",
                "33333333-3333-4333-8333-333333333333", "33333333-3333-4333-8333-333333333334", "{7}"},
               {ValueKind::numeric, "{9.90,-19.90}", "1815.5", "1815.6", "{NaN}"},
               {ValueKind::float4, "{0.1,-1e+20}", "1815.5", "1815.6", "{NaN}"},
               {ValueKind::float8, "{0.1,5e-324}", "1815.5", "1815.6", "{Infinity}"},
               {ValueKind::time, "{09:00:00,24:00:00}", "10:11:12", "10:11:13", "{25:00:00}"},
               {ValueKind::interval, R"({"1 day","-1 mons"})", "2 days", "3 days", "{x}"}};
  for (const auto &c : cases) {
    const auto made = make_for("lookup", of_table, {.kind = c.kind, .values = c.values});
    for (const char *value : {c.value, c.other}) {
      const std::string masked = masked_as(c.kind, *made, value);
      EXPECT_EQ(masked_as(c.kind, *made, value), masked);
      EXPECT_NE(masked, value);
      EXPECT_FALSE(masked.starts_with("no value")) << masked;
    }
    EXPECT_EQ(make_error("lookup", of_table, {.kind = c.kind, .values = c.bad}).code, Code::bad_option) << c.bad;
  }
  EXPECT_EQ(
      make_error("lookup", of_table, {.kind = ValueKind::numeric, .precision = 4, .scale = 2, .values = "{999}"}).code,
      Code::bad_option)
      << "more digits than the column has";
  // Equal numbers and moments get equal values, however they are written.
  const auto prices = make_for("lookup", of_table, {.kind = ValueKind::numeric, .values = "{1,2,3,4,5,6,7}"});
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(masked_as(ValueKind::numeric, *prices, std::to_string(i)),
              masked_as(ValueKind::numeric, *prices, std::to_string(i) + ".00"));
}

TEST(lookup, of_an_enum_takes_its_labels) {
  const ColumnFit sizes{.kind = ValueKind::enumeration, .labels = R"({small,"very large"})"};
  EXPECT_EQ(looked_up("{}", sizes).size(), 2U);
  EXPECT_EQ(make_error("lookup", R"({"values": ["tiny"]})", sizes).code, Code::bad_option);
}

TEST(lookup, options_and_values_are_checked) {
  for (const char *bad : {"{}", R"({"values": []})", R"({"table": "public.cities"})", R"({"column": "name"})",
                          R"({"table": "", "column": "name"})", R"({"table": 7, "column": "name"})",
                          R"({"table": "public.cities", "column": "name", "values": ["a"]})"})
    EXPECT_EQ(make_error("lookup", bad).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("lookup", R"({"values": ["four"]})", room(3)).code, Code::does_not_fit);
  EXPECT_EQ(make_error("lookup", of_table, {.max_chars = 3, .values = "{one,four}"}).code, Code::does_not_fit);
  for (const char *bad : {"{a}", "{32768}", "{1.5}"})
    EXPECT_EQ(make_error("lookup", of_table, {.kind = ValueKind::int2, .values = bad}).code, Code::bad_option) << bad;
}

// Only rules have a table: without one nothing is masked, and nothing is let through.
TEST(lookup, of_a_table_that_was_not_read_refuses_values) {
  const auto made = make_for("lookup", of_table);
  EXPECT_STREQ(made->column_option(), "table");
  EXPECT_EQ(error_of([&] { masked_by(*made, "Ada"); }).code, Code::internal);
  EXPECT_EQ(error_of([&] { made->mask_integer(1, 32); }).code, Code::internal);
  const Error inside =
      make_error("json", R"({"paths": {"$.a": {"strategy": "lookup", "options": {"table": "a.b", "column": "c"}}}})",
                 {.kind = ValueKind::json});
  EXPECT_EQ(inside.message, "strategy \"lookup\" takes option \"table\" in columns of their own alone");
}

}  // namespace
}  // namespace confiture::mask

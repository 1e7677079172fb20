// choice: one of some values, by weight.
#include <map>

#include <gtest/gtest.h>

#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

std::map<std::string, int> drawn(std::string_view options, ColumnFit fit = {}) {
  auto made = make_for("choice", options, fit);
  std::map<std::string, int> counts;
  for (int i = 0; i < 10000; ++i) counts[masked_as(fit.kind, *made, "7")]++;
  return counts;
}

TEST(choice, draws_each_value_as_often_as_its_weight_says) {
  auto equal = drawn(R"({"values": ["a", "b", "c d"]})");
  EXPECT_EQ(equal.size(), 3U);
  for (const auto &[value, count] : equal) EXPECT_NEAR(count, 3333, 300) << value;
  auto weighted = drawn(R"({"values": ["a", "b", "c"], "weights": [0.9, 0.1, 0]})");
  EXPECT_EQ(weighted.size(), 2U);
  EXPECT_NEAR(weighted["a"], 9000, 300);
}

TEST(choice, of_an_enum_draws_labels) {
  const ColumnFit sizes{.kind = ValueKind::enumeration, .labels = R"({small,"very large","q\"uote"})"};
  auto counts = drawn("{}", sizes);
  EXPECT_EQ(counts.size(), 3U);
  EXPECT_TRUE(counts.contains("small") && counts.contains("very large") && counts.contains("q\"uote"));
  EXPECT_EQ(drawn(R"({"values": ["small"]})", sizes).size(), 1U);
  EXPECT_EQ(make_error("choice", R"({"values": ["tiny"]})", sizes).message,
            "strategy \"choice\": option \"values\" has what is no label of the column's enum: \"tiny\"");
}

TEST(choice, of_integers) {
  const ColumnFit int2{.kind = ValueKind::int2};
  EXPECT_EQ(drawn(R"({"values": [1, -2, 32767]})", int2).size(), 3U);
  EXPECT_EQ(make_error("choice", R"({"values": [32768]})", int2).code, Code::bad_option);
  EXPECT_EQ(make_error("choice", R"({"values": [1.5]})", int2).code, Code::bad_option);
}

TEST(choice, of_other_kinds) {
  const struct {
    ValueKind kind;
    const char *values, *value, *bad;
  } cases[] = {{ValueKind::numeric, "\"9.90\", -1.5", "7", "\"NaN\""},
               {ValueKind::float4, "0.1, \"1e+20\"", "7", "\"1e+39\""},
               {ValueKind::float8, "0.1, \"-5e-324\"", "7", "\"Infinity\""},
               {ValueKind::date, "\"2024-02-29\", \"0044-03-15 BC\"", "1985-03-17", "\"2023-02-29\""},
               {ValueKind::timestamp, "\"2024-01-15 12:34:56.7\", \"2024-01-15 00:00:00\"", "1985-03-17 01:02:03",
                "\"2024-01-15\""},
               {ValueKind::timestamptz, "\"2024-01-15 12:34:56+00\", \"2024-01-15 00:00:00+00\"",
                "1985-03-17 01:02:03+00", "\"2024-01-15 12:34:56\""},
               {ValueKind::time, "\"09:00:00\", \"24:00:00\"", "10:11:12", "\"24:00:01\""},
               {ValueKind::interval, "\"1 day\", \"-1 mons +01:02:03\"", "2 days", "\"P1D\""},
               {ValueKind::uuid, "\"11111111-1111-4111-8111-111111111111\", \"22222222-2222-4222-8222-222222222222\"",
                "33333333-3333-4333-8333-333333333333", "7"}};
  for (const auto &c : cases) {
    const ColumnFit fit{.kind = c.kind};
    const std::string options = std::string(R"({"values": [)") + c.values + "]}";
    const auto made = make_for("choice", options, fit);
    std::map<std::string, int> counts;
    for (int i = 0; i < 100; ++i) counts[masked_as(c.kind, *made, c.value)]++;
    EXPECT_EQ(counts.size(), 2U) << c.values;
    for (const auto &[value, count] : counts) EXPECT_NE(options.find(value), std::string::npos) << value;
    EXPECT_EQ(make_error("choice", std::string(R"({"values": [)") + c.bad + "]}", fit).code, Code::bad_option) << c.bad;
  }
  const ColumnFit price{.kind = ValueKind::numeric, .precision = 4, .scale = 2};
  EXPECT_EQ(make_error("choice", R"({"values": [100]})", price).code, Code::bad_option);
  EXPECT_EQ(make_error("choice", R"({"values": [1.001]})", price).code, Code::bad_option);
}

TEST(choice, options_are_checked) {
  for (const char *bad :
       {"{}", R"({"values": []})", R"({"values": "a"})", R"({"values": [["a"]]})", R"({"values": [null]})",
        R"({"values": ["a"], "weights": [1, 2]})", R"({"values": ["a"], "weights": [0]})",
        R"({"values": ["a"], "weights": [-1]})", R"({"values": ["a"], "weights": ["x"]})"})
    EXPECT_EQ(make_error("choice", bad).code, Code::bad_option) << bad;
  EXPECT_EQ(make_error("choice", R"({"values": ["four"]})", room(3)).code, Code::does_not_fit);
}

}  // namespace
}  // namespace confiture::mask

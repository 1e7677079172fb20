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

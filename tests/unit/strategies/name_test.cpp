// name, first_name, last_name: drawn from two lists.
#include <algorithm>
#include <string>
#include <unordered_set>

#include <gtest/gtest.h>

#include "mask/data/names.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

TEST(names, lists_are_long_plain_and_free_of_doubles) {
  for (const NameList *list : {&first_names, &last_names}) {
    EXPECT_GE(list->count(), list == &first_names ? 2000U : 3000U);
    std::unordered_set<std::string> seen;
    size_t longest = 0;
    for (uint32_t i = 0; i < list->count(); i++) {
      std::string name((*list)[i].view());
      ASSERT_TRUE(seen.insert(name).second) << name;
      ASSERT_TRUE(name[0] >= 'A' && name[0] <= 'Z') << name;
      ASSERT_TRUE(std::all_of(name.begin(), name.end(), [](char c) { return isalpha(c); })) << name;
      ASSERT_GE(name.size(), longest) << "not sorted by length: " << name;
      longest = name.size();
    }
    EXPECT_EQ(list->count(static_cast<uint32_t>(longest)), list->count());
    EXPECT_EQ(list->count(1), 0U);
  }
}

TEST(first_name, is_drawn_from_the_whole_list) {
  auto made = make_for("first_name");
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 100000; i++) seen.insert(masked_by(*made, std::to_string(i)));
  EXPECT_EQ(seen.size(), first_names.count());
}

TEST(last_name, is_drawn_from_the_whole_list) {
  auto made = make_for("last_name");
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 200000; i++) seen.insert(masked_by(*made, std::to_string(i)));
  EXPECT_EQ(seen.size(), last_names.count());
}

TEST(name, draws_both_parts_independently) {
  auto made = make_for("name");
  std::unordered_set<std::string> pairs, firsts;
  for (int i = 0; i < 20000; i++) {
    std::string name = masked_by(*made, std::to_string(i));
    pairs.insert(name);
    firsts.insert(name.substr(0, name.find(' ')));
  }
  EXPECT_GT(pairs.size(), 19900U);
  EXPECT_GT(firsts.size(), 6000U);
}

TEST(names, say_when_nothing_fits_and_which_locales_there_are) {
  EXPECT_EQ(make_error("first_name", "{}", room(1)).code, Code::does_not_fit);
  EXPECT_EQ(make_error("name", "{}", room(4)).code, Code::does_not_fit);
  EXPECT_EQ(mask("name", "{}", "x", room(5)).size(), 5U);
  Error e = make_error("name", R"({"locale": "de"})");
  EXPECT_EQ(e.code, Code::bad_option);
  EXPECT_EQ(e.hint, "The locale there is: en.");
  EXPECT_EQ(mask("name", R"({"locale": "en"})", "x"), mask("name", "{}", "x"));
}

}  // namespace
}  // namespace confiture::mask

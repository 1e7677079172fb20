// docs/reference/strategies.md: its examples are what the strategies make, and no strategy is missing.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "strategy_fixture.h"

namespace confiture::mask {
namespace {

// The cells of a table row that are in backquotes, all of them: | `a` | `b` |
std::vector<std::string> code_cells(const std::string &line) {
  std::vector<std::string> cells;
  for (size_t at = 0; line.compare(at, 3, "| `") == 0;) {
    size_t end = line.find("` |", at + 3);
    if (end == std::string::npos) return {};
    cells.push_back(line.substr(at + 3, end - at - 3));
    at = end + 2;
  }
  return cells;
}

// Is there a heading of the strategy, perhaps beside others?   ## name, first_name
bool has_section(const std::string &text, std::string_view name) {
  for (size_t at = 0; (at = text.find("\n## ", at)) != std::string::npos;) {
    at += 4;
    const std::string heading = " " + text.substr(at, text.find('\n', at) - at) + ",";
    if (heading.find(" " + std::string(name) + ",") != std::string::npos) return true;
  }
  return false;
}

ValueType type_called(std::string_view name) {
  const bool is_array = name.ends_with("[]");
  if (is_array) name.remove_suffix(2);
  for (size_t i = 0; i < kind_count; ++i)
    if (name == kind_traits[i].type) return {static_cast<ValueKind>(i), is_array};
  ADD_FAILURE() << "no type " << name;
  return {};
}

TEST(strategy_docs, examples_are_real_and_complete) {
  std::ifstream page("docs/reference/strategies.md");
  ASSERT_TRUE(page) << "run from the root of the repository";
  std::set<std::string> shown;
  std::string text;
  for (std::string line; std::getline(page, line); text += line + "\n") {
    std::vector<std::string> cells = code_cells(line);
    // strategy, options, [type,] value, masked value
    if (cells.size() != 4 && cells.size() != 5) continue;
    const ValueType type = cells.size() == 4 ? ValueType(ValueKind::text) : type_called(cells[2]);
    if (find_strategy(cells[0])->row.deterministic) {
      EXPECT_EQ(mask_as(type, cells[0], cells[1], cells[cells.size() - 2]), cells.back()) << line;
    }
    shown.insert(cells[0]);
  }
  for (const RegistryEntry *entry : all_strategies()) {
    const StrategyRow &row = entry->row;
    std::string first_cells = std::string("| [`") + row.name + "`](#";
    EXPECT_NE(text.find(first_cells), std::string::npos) << row.name << " is not in the table";
    EXPECT_TRUE(has_section(text, row.name)) << row.name << " has no section";
    EXPECT_TRUE(shown.contains(row.name) || row.gives_null) << row.name << " has no example";
  }
}

}  // namespace
}  // namespace confiture::mask

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

TEST(strategy_docs, examples_are_real_and_complete) {
  std::ifstream page("docs/reference/strategies.md");
  ASSERT_TRUE(page) << "run from the root of the repository";
  std::set<std::string> shown;
  std::string text;
  for (std::string line; std::getline(page, line); text += line + "\n") {
    std::vector<std::string> cells = code_cells(line);
    if (cells.size() != 4) continue;
    EXPECT_EQ(mask(cells[0], cells[1], cells[2]), cells[3]) << line;
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

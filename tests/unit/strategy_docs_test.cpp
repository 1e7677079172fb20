// The examples of docs/reference/strategies.md are what the strategies make.
#include <fstream>
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

TEST(strategy_docs, examples_are_real) {
  std::ifstream page("docs/reference/strategies.md");
  ASSERT_TRUE(page) << "run from the root of the repository";
  int examples = 0;
  std::string text;
  for (std::string line; std::getline(page, line); text += line + "\n") {
    std::vector<std::string> cells = code_cells(line);
    if (cells.size() != 4) continue;
    EXPECT_EQ(mask(cells[0], cells[1], cells[2]), cells[3]) << line;
    examples++;
  }
  EXPECT_GE(examples, 10);
  for (const RegistryEntry *entry : all_strategies()) {
    const StrategyRow &row = entry->row;
    std::string first_cells = std::string("| [`") + row.name + "`](#";
    EXPECT_NE(text.find(first_cells), std::string::npos) << row.name << " is not in the table";
  }
}

}  // namespace
}  // namespace confiture::mask

// How the rules of a file differ from those stored in the target, and the changes that settle it.
#pragma once

#include "rules/store.h"

namespace client::rules {

// One change that an import makes; that of a filter has no column.
struct Change {
  std::string oid, table, column;
  std::string before, after;  // for people; empty where there was, or will be, no rule
  std::string strategy;       // of a pattern, or the condition of a filter; empty: remove it
  Json options;
  std::vector<ColumnRule> rules = {};  // of a column; none: remove them
  bool is_pattern = false;             // then table and column are the patterns
  std::optional<StoredReference> reference = {};
  std::optional<StoredSubsetRule> subset = {};
  // Which of a table's settings it is, behind the table's name: ".email", " filter".
  std::string part() const;
  bool is_filter() const { return column.empty() && !reference && !subset; }
};

struct Difference {
  std::vector<Change> changes;
  std::vector<std::string> problems;
  int unchanged = 0;
  int others = 0;  // stored, but not in the file
};

// `prune`: also remove what is not in the file.
Difference compare(Connection &target, const RuleSet &wanted, bool prune);

// Makes one change. False: it removes a reference, seed or follow that is not there.
bool carry_out(Connection &target, const Change &change);

// Makes the changes in the open transaction. Returns the database's objections to any of them.
std::vector<std::string> apply(Connection &target, const std::vector<Change> &changes);

}  // namespace client::rules

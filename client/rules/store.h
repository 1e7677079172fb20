// The rules of the target's database, and how those of a file differ from them.
#pragma once

#include "session.h"
#include "rules/model.h"

namespace client::rules {

struct StoredRule {
  std::string oid;    // of the table
  std::string table;  // as in SQL; its number if it is gone
  std::string column;
  std::string strategy;
  Json options;
};

struct StoredFilter {
  std::string oid, table, condition;
};

struct StoredRules {
  std::vector<StoredRule> rules;
  std::vector<StoredFilter> filters;
};

// All there are, or those of one table (its oid); ordered by table and the columns' position.
StoredRules load_rules(Connection &target, const std::string &oid = {});

RuleSet as_rule_set(const StoredRules &stored);

// One thing that an import does; a filter has no column.
struct Change {
  std::string oid, table, column;
  std::string before, after;  // for people; empty: there was, or will be, nothing
  std::string strategy;       // or the condition; empty: to be removed
  Json options;
  bool is_filter() const { return column.empty(); }
};

struct Difference {
  std::vector<Change> changes;
  std::vector<std::string> problems;
  int unchanged = 0;
  int others = 0;  // stored, and not in the file
};

// `prune`: what the file does not have is to be removed.
Difference compare(Connection &target, const RuleSet &wanted, bool prune);

// Does it in the open transaction; returns what the database has against it, all at once.
std::vector<std::string> apply(Connection &target, const std::vector<Change> &changes);

}  // namespace client::rules

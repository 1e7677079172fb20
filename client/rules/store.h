// The rules stored in the target, and how those of a file differ from them.
#pragma once

#include "session.h"
#include "rules/model.h"

namespace client::rules {

struct StoredRule {
  std::string oid;    // of the table
  std::string table;  // as in SQL; its OID if the table no longer exists
  std::string column;
  std::vector<ColumnRule> rules;
};

struct StoredFilter {
  std::string oid, table, condition;
};

struct StoredPattern {
  std::string relations, columns;
  std::string strategy;
  Json options;
};

struct StoredReference {
  std::string oid, other_oid;  // of the tables
  Reference reference;
};

struct StoredSubsetRule {
  std::string oid;  // of the table
  SubsetRule rule;
};

struct StoredRules {
  std::vector<StoredRule> rules;
  std::vector<StoredFilter> filters;
  std::vector<StoredPattern> patterns;
  std::vector<StoredReference> references;
  std::vector<StoredSubsetRule> seeds, follows;
};

// All rules, filters, patterns, references, seeds and follows, or rules and filters of one table (its OID), ordered by
// table and by the position of the column.
StoredRules load_rules(Connection &target, const std::string &oid = {});

RuleSet as_rule_set(const StoredRules &stored);

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

// The rules stored in the target.
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

}  // namespace client::rules

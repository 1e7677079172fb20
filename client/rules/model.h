// Rules as in a rules file: tables, what happens to each of their columns, filters, patterns of both, references
// between tables, and where a subset starts and what it follows.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "error.h"

namespace client::rules {

using Json = nlohmann::ordered_json;

struct ColumnRule {
  std::string column;
  std::string strategy;  // or "keep", or "drop"
  Json options = Json::object();
  std::string comment = {};              // written, but not read
  std::optional<std::string> when = {};  // an SQL condition on the source; nothing: all rows that no other rule takes
};

struct TableRules {
  std::string table;  // as in SQL: schema.table, quoted where SQL wants it
  std::optional<std::string> filter = {};
  std::vector<ColumnRule> columns = {};  // several for a column are asked in order, the one without a condition last
};

// One that is no foreign key.
struct Reference {
  std::string table;  // as in SQL, like the other one
  std::vector<std::string> columns;
  std::string referenced;
  std::vector<std::string> referenced_columns;
  std::optional<std::string> when = {};  // an SQL condition on the target
};

// A seed of a subset, or, with the key of a reference, how that is followed.
struct SubsetRule {
  std::string table;  // as in SQL
  std::string key;    // empty: a seed
  Json members;       // where, rows, percent; or follow, rows_per_parent
};

struct RuleSet {
  std::vector<TableRules> tables = {};
  std::vector<TableRules> patterns = {};  // tables and columns are patterns of names; without filters
  std::vector<Reference> references = {};
  std::vector<SubsetRule> seeds = {}, follows = {};
  std::vector<std::string> notes = {};  // for the user, such as about ignored keys
};

// For people: hash {"length":16}
std::string rule_text(const std::string &strategy, const Json &options);
// keep when is_staff, hash {"length":16}
std::string rules_text(const std::vector<ColumnRule> &column);

// (owner_id) references public.posts (id) when owner_type = 'Post'
std::string reference_text(const Reference &reference);

// where country = 'FR', rows 1000
std::string subset_text(const SubsetRule &rule);

// The rules of each column, in the order in which they are asked.
std::vector<std::vector<ColumnRule>> by_column(const std::vector<ColumnRule> &rules);

}  // namespace client::rules

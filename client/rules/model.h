// Rules as a team keeps them in a file: tables, their columns, what happens to each, and filters.
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
  std::string strategy;  // or keep, or drop
  Json options = Json::object();
  std::string comment = {};  // only written
};

struct TableRules {
  std::string table;  // as in SQL: schema.table, quoted where SQL wants it
  std::optional<std::string> filter = {};
  std::vector<ColumnRule> columns = {};
};

struct RuleSet {
  std::vector<TableRules> tables = {};
  std::vector<std::string> notes = {};  // what a reader should know, such as options without a meaning here
};

// "hash {"length":16}", for people.
std::string rule_text(const std::string &strategy, const Json &options);

}  // namespace client::rules

// The functions of PostgreSQL Anonymizer, as calls in SQL, and the strategies that do the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/model.h"

namespace client::rules {

// Several rules if the call is one for some rows, and what of it has no counterpart, in words: "the locale".
struct AnonRules {
  std::vector<ColumnRule> rules;
  std::vector<std::string> left = {};
};

// anon.partial(phone, 2, '***', 2); nothing if it has no equivalent.
std::optional<AnonRules> rules_for_function(const std::string &column, const std::string &call);

// NULL, a literal, or a value behind MASKED WITH VALUE.
std::optional<ColumnRule> rule_for_value(const std::string &column, const std::string &value);

}  // namespace client::rules

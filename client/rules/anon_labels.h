// PostgreSQL Anonymizer's security labels as rules. Its library is not needed: the labels are in pg_seclabel.
#pragma once

#include "connection.h"
#include "rules/model.h"

namespace client::rules {

struct AnonLabels {
  RuleSet rules;
  std::vector<std::string> unmatched;  // labels without an equivalent: "public.users.city: MASKED WITH ..."
};

AnonLabels read_anon_labels(Connection &connection);

// The rule for one label; nothing if it has no equivalent.
std::optional<ColumnRule> rule_for_label(const std::string &column, const std::string &label);

}  // namespace client::rules

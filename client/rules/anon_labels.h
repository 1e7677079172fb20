// PostgreSQL Anonymizer's security labels as rules. Its library need not be there: the labels are in pg_seclabel.
#pragma once

#include "../connection.h"
#include "model.h"

namespace client::rules {

struct anon_import {
  rule_set rules;
  std::vector<std::string> unmatched;  // labels without an equivalent: "public.users.city: MASKED WITH ..."
};

anon_import read_anon_labels(connection &from);

// The rule for one label; nothing if there is no equivalent.
std::optional<column_rule> rule_for_label(const std::string &column, const std::string &label);

}  // namespace client::rules

// PostgreSQL Anonymizer's security labels as rules. Its library is not needed: the labels are in pg_seclabel.
#pragma once

#include "connection.h"
#include "rules/anon_function.h"
#include "rules/imported.h"

namespace client::rules {

Imported read_anon_labels(Connection &connection);

// Adds the rule for one label, or lists the label. The table is written as in SQL; an empty column is the table itself.
void add_label(Imported &to, const std::string &table, const std::string &column, const std::string &label);

// The rules for one label; nothing if it has no equivalent.
std::optional<AnonRules> rules_for_label(const std::string &column, const std::string &label);

}  // namespace client::rules

// What happens to the columns of a table: the stored rules, overridden by those of the call.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct Rule {
  const char *column;
  const char *strategy;    // one of the registry, or "keep" or "drop"
  const char *options;     // a JSON object
  const char *renamed_to;  // the column the rule was made for, where that has another name now; nullptr otherwise
  const char *relation;  // the table it was set for: the target, or one it is a partition of; nullptr for inline rules
};

// The stored rules for target tables (list of Oid): for each, in order, a list of Rule *. A partition without a rule
// for a column takes that of the table it is part of, or syncing it alone would leave real data unmasked. Wants SPI
// connected.
List *load_stored_rules(List *relations);

// Stored rules with those of a call in their place: `inline_rules` is a jsonb object of column to strategy name or
// object with "strategy" and options; nullptr for none. Ereports 22023 when it has another form. Wants SPI connected.
List *override_rules(List *stored, const Jsonb *inline_rules);

// The rule for a column, nullptr when there is none.
const Rule *find_rule(List *rules, const char *column);

bool is_keep(const Rule *rule);  // nullptr: false
bool is_drop(const Rule *rule);

}  // namespace confiture

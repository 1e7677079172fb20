// What happens to the columns of a table: the stored rules, overridden by those of the call.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Where the rules of a column have conditions, one Rule stands for all of them: they are its cases, in the order in
// which the conditions are asked, and its strategy and options are for people.
struct Rule {
  const char *column;
  // One of the registry, or "keep", "drop", "default", "sql", "function"; with cases: theirs, as a list.
  const char *strategy;
  const char *options;     // a JSON object
  const char *renamed_to;  // the column the rule was made for, where that has another name now; nullptr otherwise
  const char *relation;  // the table it was set for: the target, or one it is a partition of; nullptr for inline rules

  List *cases = nullptr;             // Rule *, NIL: none; they have none
  const char *when = nullptr;        // of a case: SQL on the source; nullptr: the last one, for all other rows
  const char *set_by = nullptr;      // the role that set it; nullptr for inline rules
  const char *distrusted = nullptr;  // the role that set condition or expression, if it may not run SQL as the reader

  // Of a rule that a pattern gives: the pattern, and another one that contradicts it (column_patterns.h).
  const char *pattern = nullptr;
  const char *rival = nullptr;

  const char *personal = nullptr;  // of a rule that the policy auto gives: why the column looks personal

  // Known once the rules of all tables are settled (plan/settle.h).
  const char *taken_from = nullptr;  // the column whose rule this one is, by a foreign key; nullptr: its own
  uint32 max_chars = 0;              // the width that every column of its masking domain has; 0: no limit
  const char *narrowest = nullptr;   // the column of that width
  bool is_in_reference = false;      // the column is part of a foreign key, on either side
  const char *read_by = nullptr;     // a declared reference of which an expression reads the masked column
};

// The stored rules for target tables (list of Oid): for each, in order, a list of Rule *. A partition without a rule
// for a column takes that of the table it is part of, or syncing it alone would leave real data unmasked. Columns
// without any take what a pattern gives them. `reader`: the role with whose rights conditions will run on the source.
// Wants SPI connected.
List *load_stored_rules(List *relations, Oid reader);

// The tables that have stored rules, or columns that a pattern takes (list of Oid). Wants SPI connected.
List *load_ruled_relations();

// Stored rules with those of a call in their place: `inline_rules` is a jsonb object of column to strategy name or
// object with "strategy", options and "when", or to a list of these; nullptr for none. Ereports 22023 when it has
// another form. Wants SPI connected.
List *override_rules(List *stored, const Jsonb *inline_rules);

// The rule for a column, nullptr when there is none.
const Rule *find_rule(List *rules, const char *column);

bool is_keep(const Rule *rule);      // nullptr: false
bool is_drop(const Rule *rule);      // gets no value of the source: "drop" or "default"
bool is_default(const Rule *rule);   // "default": a column of the target, with a default there
bool is_sql(const Rule *rule);       // the source computes the value (plan/sql_rule.h)
bool is_function(const Rule *rule);  // a function of the target does (plan/functions.h)
bool is_mask(const Rule *rule);      // a strategy of the registry, "sql", "function", or rules with conditions

}  // namespace confiture

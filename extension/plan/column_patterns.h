// The stored patterns, which give many columns a rule at once: all columns of some name, of all tables of some name.
//
// A column's own rule goes before any pattern, and of two patterns the more specific one: the one whose part for tables
// and whose part for columns are both at least as specific as those of the other, and not both equally so. A part
// without wildcards is more specific than one with them, otherwise the one with more characters that stand for
// themselves. Patterns that no rule orders and that say different things are a problem of the plan.
#pragma once

#include "pg/pg.h"

namespace confiture {

// What the patterns that take a column say about it.
struct PatternMatch {
  int number;  // the column's table, as a place in a list
  const char *column;
  const char *strategy, *options;
  const char *set_by;   // the role
  const char *pattern;  // as users write it
  const char *rival;    // another one that says something else and is not less specific, with its strategy; or nullptr
};

// The columns of target tables (list of Oid) that patterns take (PatternMatch *), in their order. A partition's columns
// are also taken by patterns that name a table it is part of. Wants SPI connected.
List *match_patterns(List *relations);

// The tables of the target that have columns which a pattern takes (list of Oid). Wants SPI connected.
List *load_patterned_relations();

// Ereports 22023 unless both are patterns of names.
void check_pattern(const char *relations, const char *columns);

}  // namespace confiture

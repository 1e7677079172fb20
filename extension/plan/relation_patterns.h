// Names as psql's \d takes them: sales.order_*, "Mixed Case".*, customers.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct RelationPattern {
  const char *written;
  text *schema;  // anchored regular expressions; nullptr: any schema
  text *name;
  const char *literal_schema;  // the names themselves, of a pattern without wildcards
  const char *literal_name;
  bool has_wildcard;
  int letters;       // the characters of it that stand for themselves
  bool has_matched;  // any name so far
};

// Parses each (list of char *) into a list of RelationPattern *. Ereports 22023 naming the argument.
List *parse_patterns(List *written, const char *argument);

// The same for one pattern of a name without a schema, such as a column's.
RelationPattern *parse_name_pattern(const char *written, const char *argument);

// Is the name among them? Remembers which patterns matched.
bool matches_any(List *patterns, const char *schema, const char *name);

// The same for patterns without wildcards alone.
bool is_named_by_any(List *patterns, const char *schema, const char *name);

}  // namespace confiture

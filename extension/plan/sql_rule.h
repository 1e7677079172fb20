// The options of a rule with strategy "sql": the source computes the value, by an expression over the row that runs
// inside the query, so that the column's own value never leaves. It is no strategy of the core.
#pragma once

namespace confiture {

struct SqlRule {
  const char *expression;
  bool unique;  // its author says that it gives no value twice
};

// Reads the options, a JSON object. Ereports 22023 when they are others, or the rule has a condition, and 42601 when
// the expression is none.
SqlRule read_sql_rule(const char *options, const char *when);

}  // namespace confiture

// The options of rules whose strategy is none of the core:
//
// - "sql": the source computes the value, by an expression over the row that runs inside the query, so that the value
//   of the column itself never leaves;
// - "function": a function of the target is given each value, see functions.h.
#pragma once

namespace confiture {

struct RuleText {
  const char *text;  // the expression, or the function's name
  bool unique;       // its author says that it gives no value twice
};

// Read the options, a JSON object. Ereport 22023 when they are others, or the rule has a condition, and 42601 when the
// expression is none.
RuleText read_sql_rule(const char *options, const char *when);
RuleText read_function_rule(const char *options, const char *when);

}  // namespace confiture

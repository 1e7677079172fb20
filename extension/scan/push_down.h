// What the source does of a query besides conditions: sorting, LIMIT, count(*). Decided when the query is planned, so
// that the server's plan hangs on the rules of that moment: it is planned again after each change of them, and
// check_push_down() refuses what slipped through.
#pragma once

#include "scan/scan_plan.h"

namespace confiture {

struct PushDown {
  List *columns;     // of the foreign table that are read, by their numbers
  Index varno;       // the foreign table in the expressions here
  bool is_count;     // the result is one row of one count(*)
  List *conditions;  // with is_count: all there are (Expr *); the server's plan has them nowhere else
  List *order;       // Expr *
  List *directions;  // of each of them: a set of descending, nulls_first
  int64 limit;       // -1: none
};
constexpr int descending = 1, nulls_first = 2;

// To and from the form that plans are copied in.
List *push_down_to_list(const PushDown *push_down);
PushDown *push_down_from_list(List *list);

// Fills in order and directions where the source can sort as the query wants, for the keys that a foreign scan of the
// relation can give. False: it cannot.
bool push_order(PushDown *push_down, PlannerInfo *root, const RelOptInfo *relation);

// How many rows the query takes at most, where they are those of the relation and no others decide; -1: not known.
int64 pushed_limit(PlannerInfo *root, const RelOptInfo *relation, bool is_sorted);

// Is count(*), and nothing else, what the aggregation takes of its only relation? Then its calls (Aggref *), or else
// NIL.
List *pushed_counts(PlannerInfo *root, const RelOptInfo *input, const RelOptInfo *output);

// Makes the server plan the query again when rules change.
void depend_on_rules(PlannerInfo *root);

// Ereports 55000 when the columns' rules no longer allow it. `conditions`: all of the scan, of those `shipped` are.
void check_push_down(const PushDown *push_down, const ScanPlan *plan, List *conditions, List *shipped);

// ORDER BY's list for the source, nullptr for none.
const char *order_sql(const PushDown *push_down, const ScanPlan *plan);

}  // namespace confiture

// Equalities on columns whose mask has an inverse: the constant is a masked value, and the source is asked for the real
// one, so that it can use its index. The rows are looked at again here. The real value stands in the statement for the
// source and nowhere else: not in a plan, not in EXPLAIN, not in a message.
#pragma once

#include "pg/callback.h"
#include "scan/scan_plan.h"

namespace confiture {

// Of the conditions (Expr *, implicitly ANDed) on the columns of range table entry `varno`, those that can be shipped
// so. Columns of other relations may stand for constants where `with_others`.
List *invertible_conditions(const ScanPlan *plan, Index varno, List *conditions, bool with_others);

// The value of a constant or parameter; false: NULL. nullptr in place of the function: EXPLAIN, which shows no value.
using ValueOf = Callback<bool(Node *, Datum *)>;

// Such conditions as SQL for the source; nullptr where none has an inverse.
const char *inverted_sql(const ScanPlan *plan, Index varno, List *conditions, const ValueOf *value_of);

}  // namespace confiture

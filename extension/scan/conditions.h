// Conditions that are shipped to the source: an addition to those that are evaluated here, all of them, on the masked
// rows. So what is shipped may be too little, and never changes a result unless it leaves out a row that it should not.
//
// Shipped is what both sides surely judge alike: comparisons of columns that pass as they are with constants and
// parameters, by the built-in comparison operators of built-in types, and AND, OR, NOT, IS NULL of those; besides what
// the extensions of the server's option have for it (shippable.h).
#pragma once

#include "scan/scan_plan.h"

namespace confiture {

// Of the conditions (Expr *, implicitly ANDed) on the columns of range table entry `varno`, those that are shipped.
// Parameters and columns of other relations may stand for constants where `with_others`.
List *shipped_conditions(const ScanPlan *plan, Index varno, List *conditions, bool with_others);

// Is it a column that passes as it is, of a built-in type that is shipped, or a constant or parameter of one?
bool is_shipped_value(const ScanPlan *plan, Index varno, Node *node);

// Such a value as SQL for the source; a parameter is none.
const char *value_sql(const ScanPlan *plan, Node *value);

// What stands for a parameter, whose value is known when the scan starts only: a literal, NULL or $1.
using ParameterText = Callback<const char *(const Param *)>;

// Makes values print as the source reads them, until AtEOXact_GUC() of the level that is returned.
int pin_output();

// The conditions as SQL for the source, nullptr for none.
const char *conditions_sql(const ScanPlan *plan, List *conditions, ParameterText parameter);

// The name of a type that is shipped as the source reads it.
const char *type_name(const ScanPlan *plan, Oid type);

// A value of one of the types that are shipped, as the source reads it.
const char *value_text(Oid type, Datum value);

}  // namespace confiture

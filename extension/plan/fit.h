// CHECKs of a masked column, its own and its domains': do masked values satisfy them, and which values do?
#pragma once

#include "plan/plan.h"

namespace confiture {

// The longest text that CHECKs on this column alone allow; 0 for none.
uint32 checked_limit(const SyncPlan *plan, const PlanColumn *column);

// Would a load fail hours later, because masked values do not fit a CHECK or a domain? Tried here on samples.
// Generators and constants are tried on any values; what keeps the form of a value, on values that satisfy the CHECKs,
// if there are enough that are known to.
void check_masks(SyncPlan *plan, PlanColumn *column, wall::ValueMasker *masker);
void check_constant(SyncPlan *plan, PlanColumn *column, char *text);

// Values that satisfy the CHECKs of one column.
struct KnownInputs {
  bool is_known;
  List *values;  // char *
};

// What the column's CHECKs take, as far as it can be told by trying.
struct CheckedValues {
  List *labels;                  // char *: of a column that takes these alone; NIL: it takes others too
  const char *lowest, *highest;  // of numbers and dates; nullptr: any
};
CheckedValues find_checked_values(const SyncPlan *plan, const PlanColumn *column);

}  // namespace confiture

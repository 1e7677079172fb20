// Empties the target tables of a run without touching any other: one TRUNCATE for all, DELETE where tables outside the
// run reference them.
#pragma once

#include "plan/plan.h"

namespace confiture {

// Adds to the plans (SyncPlan *) what prevents a DELETE, for those that are to be emptied so.
void plan_deletions(List *plans);

// `plans` are SyncPlan *, of replaced tables. Wants triggers off, or no foreign keys on the tables.
void empty_tables(List *plans);

}  // namespace confiture

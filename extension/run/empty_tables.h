// Empties the target tables of a run without touching any other: one TRUNCATE for all, DELETE where tables outside the
// run reference them.
#pragma once

#include "plan/plan.h"

namespace confiture {

// Adds to the plans (SyncPlan *) what prevents a DELETE, for those that are to be emptied so. `keys` are the foreign
// keys (ForeignKey *) that are on the tables then.
void plan_deletions(List *plans, List *keys);

// `plans` are SyncPlan *, of replaced tables; of the `keys` some may have been taken off since; `wants_files` as of
// truncate_targets(). Wants triggers off, or no foreign keys on the tables.
void empty_tables(List *plans, List *keys, bool wants_files);

}  // namespace confiture

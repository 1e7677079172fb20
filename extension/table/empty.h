// Emptying target tables, without touching any other.
#pragma once

#include "plan/plan.h"

namespace confiture {

// One TRUNCATE for all the plans' targets (SyncPlan *): no other table may reference them. No plans: nothing happens.
void truncate_targets(List *plans);

// The condition of the rows that a run replaces in an extension's table of configuration, the user's: the others came
// with the extension and stay. nullptr: all rows.
const char *rows_to_replace(const SyncPlan *plan);

// DELETE, for a target that others reference or that keeps some of its rows. The caller holds a lock that keeps writers
// out. Ereports 55000 when the table has rewrite rules.
void delete_rows(const SyncPlan *plan);

}  // namespace confiture

// Emptying target tables, without touching any other.
#pragma once

#include "plan/plan.h"

namespace confiture {

// One TRUNCATE for all the plans' targets (SyncPlan *): no other table may reference them. No plans: nothing happens.
// Rows that are loaded in the same transaction profit from a new file, those of later ones do not: without
// `wants_files`, tables that are empty are left as they are.
void truncate_targets(List *plans, bool wants_files);

// The condition of the rows that a run replaces in an extension's table of configuration, the user's: the others came
// with the extension and stay. nullptr: all rows.
const char *rows_to_replace(const SyncPlan *plan);

// DELETE, for a target that others reference or that keeps some of its rows. The caller holds a lock that keeps writers
// out. Ereports 55000 when the table has rewrite rules.
void delete_rows(const SyncPlan *plan);

}  // namespace confiture

// Emptying target tables, without touching any other.
#pragma once

#include "plan/plan.h"

namespace confiture {

// One TRUNCATE for all the plans' targets (SyncPlan *): no other table may reference them. No plans: nothing happens.
void truncate_targets(List *plans);

// DELETE, for a target that others reference. The caller holds a lock that keeps writers out. Ereports 55000 when the
// table has rewrite rules.
void delete_rows(const SyncPlan *plan);

}  // namespace confiture

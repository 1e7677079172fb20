// What a run takes off its tables before the load: indexes, constraints, foreign keys, the states of triggers. Each is
// written to confiture.set_aside in the transaction that drops it, so that a crash leaves it in place or the recipe.
//
// Before an index or key is dropped for good, it is put back once from its recipe and compared: what cannot come back
// exactly (a missing privilege, a view that depends on it, an event trigger that objects) stays in place.
#pragma once

#include "plan/plan.h"

namespace confiture {

// What prevents setting aside the indexes of a table, or foreign keys, which the caller cannot do without:
// (PlanProblem *) for the report of the run. Without side effects.
void check_indexes_to_set_aside(SyncPlan *plan);
List *foreign_key_problems(List *tree);

// All of these want SPI connected and the session entered (pg/session.h). `tree` are Oids of tables and their
// partitions. They return what stays in place, and why (char *). They raise what is about the moment: see
// objection_to().

// Foreign keys as they were declared (Oids). Before TRUNCATE, which they may forbid.
List *set_aside_foreign_keys(int64 run_id, List *keys);

// Indexes, unique and exclusion constraints, but primary keys only where they are deferrable. After TRUNCATE: they are
// built twice. The order of the tables is the order in which theirs come back.
List *set_aside_indexes(int64 run_id, List *tree, bool only_deferrable);

// Disables triggers (UserTrigger *) such as firing_triggers() finds.
void set_aside_triggers(int64 run_id, List *triggers);

// Makes this run responsible for what abandoned runs took off these tables. Ereports 42501 when the current user could
// not put it back: then it stays with the run whose role can.
void take_over_set_aside(int64 run_id, List *tree);

}  // namespace confiture

// Foreign keys at the end of a run: its tables came in any order, with triggers off.
#pragma once

#include "pg/callback.h"
#include "plan/foreign_keys.h"

namespace confiture {

// What happens to rows of a run's tables that reference what is not there.
enum class FkViolation { fail, remove, set_null, report };

// May the caller do to rows of the referencing table what the action (remove, set_null) does?
bool may_remedy(const ForeignKey *key, FkViolation action);

// Verifies every foreign key among the tables of a run (list of Oid) and from other tables into them, deals with the
// violations, and records each key in confiture.foreign_key_check. Returns how many failed: are violated, and nothing
// was to be done or could be, or could not be verified. Keys with a side among the failed relations are skipped. Rows
// of tables that are not of the run are never changed.
//
// Wants triggers off, or the keys set aside and back again, not valid yet (set_aside/restore.h): then the server checks
// each first, and those without violations become valid. Triggers of users do not fire. Calls next_transaction()
// after each key, nullptr: all in one transaction; the current memory context must outlive it. Calls show() before
// each.
int64 verify_run_foreign_keys(int64 run_id, List *relations, List *failed_relations, FkViolation action,
                              void (*next_transaction)(), Callback<void(int64 done, int64 total)> show);

// What was found, a sentence for each key that is not simply verified, failed ones first. nullptr: there is none.
const char *foreign_key_report(int64 run_id);

}  // namespace confiture

// Who leads a run? The session that holds an advisory lock on its number. A process id would lie: a new process may
// have it.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Takes the lock for this session until release_run() or the end of a transaction that fails. False: somebody has it.
bool lock_run(int64 run_id);
void release_run();

// The same until the end of the transaction.
bool lock_run_for_transaction(int64 run_id);

// The process that leads the run, 0 for none.
int leader_of(int64 run_id);

}  // namespace confiture

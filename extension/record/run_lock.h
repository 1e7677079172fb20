// Which process leads a run? The session that holds an advisory lock on the run's number. A process id in a table would
// lie: a later process may have the same one.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Takes the lock for this session until release_run() or the end of a transaction that fails. False: another session
// holds it.
bool lock_run(int64 run_id);
void release_run();

// The run that this session has locked, 0 for none.
int64 led_run();

// The same until the end of the transaction.
bool lock_run_for_transaction(int64 run_id);

// The process that leads the run, 0 for none. Wants SPI connected.
int leader_of(int64 run_id);

// Ereports 55006: another process leads the run. Wants SPI connected.
[[noreturn]] void raise_led(int64 run_id);

}  // namespace confiture

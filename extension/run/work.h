// The work of a run: takes chunks from its queue until none is left. The leader and its background workers do the same.
#pragma once

#include "run/queue.h"
#include "source/call.h"

namespace confiture {

struct RunWork {
  int64 run_id;
  const char *server;
  int64 retry_ms;  // how long a lost source is tried again
  bool stop_on_error;
  bool analyze_tables;
};

// What a worker needs to know of the run; ereports as load_run() and require_same_role().
RunWork load_work(int64 run_id);

// Copies chunks, each in a transaction with the record that it is done, then puts back what was set aside. Commits
// between them: wants the session entered, triggers off where the role may, and SPI connected without atomicity. A lost
// source is tried again. False when the run's snapshot is gone before the queue is empty, or the source stays away:
// *failure then says how it was lost (nullptr: unknown). Other failures are recorded in the control tables, not raised.
bool work_on(const RunWork *work, const char **failure);

// Records that the table, or all of the run (InvalidOid), is done where its chunks are, and refreshes its statistics.
// Commits in between.
void finish_tables(const RunWork *work, Oid relation);

// Refreshes the statistics of a table in the current transaction; a failure is recorded with the table.
void analyze_table(int64 run_id, Oid relation);

// Copies one chunk of the run in the current transaction; false when none is left to take. Ereports when it fails.
bool copy_next_chunk(const RunWork *work, Queue *queue, Source *source);

// Ends the transaction and waits: longer with every attempt, five seconds at most.
void pause_for_source(int attempt);

}  // namespace confiture

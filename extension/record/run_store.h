// The control tables of a run: confiture.run, run_table and chunk.
#pragma once

#include "run/plan.h"

namespace confiture {

// A run as it was asked for, and how far it is.
struct RunRecord {
  int64 run_id;
  const char *server;
  const char *state;
  Oid started_by;  // InvalidOid: the role is gone
  const char *key_id;
  Jsonb *parameters;
  int snapshots;
};

// Records a new run of the caller's. State: queued or running.
void store_run(int64 run_id, const char *server, const char *state, Jsonb *parameters);

// Leaves one that is to be resumed to a leader in the background.
void store_queued(int64 run_id);

// Ereports 42704 when there is no such run, 42501 when the caller is no member of the role that started it.
RunRecord load_run(int64 run_id);

// Ereports for one that is done or superseded.
void refuse_closed(const RunRecord *record);

// Ereports 42501 when the caller is not the very role that started the run: its filters are SQL on the source, and run
// with the credentials of whoever goes on with it.
void require_same_role(const RunRecord *record);

// Records the snapshot the run works with from now on. Last of all in a transaction: confiture.cancel() waits for it.
void store_snapshot(int64 run_id, const char *snapshot, bool is_new);

// Records a table (state waiting) with its chunks, in place of what was there.
void store_table(int64 run_id, const RunTable *table, const ChunkList *chunks);

// What a table looks like on both sides and what happens to its columns: by this a resumed run sees what changed.
char *shape_of(const SyncPlan *plan);

// Is there a chunk that is not done, and not given up? False when the run is stopped.
bool has_work_left(int64 run_id);

// Did the run end before its queue was empty: a table failed, or somebody cancelled?
bool is_stopped(int64 run_id);

// Did a table fail, be it there or dropped meanwhile?
bool has_failed_tables(int64 run_id);

// Grows with everything that is done, and only with that: chunks and their rows.
int64 count_done(int64 run_id);

void store_state(int64 run_id, const char *state, const char *error);
// The message of an error, as it is kept.
const char *text_of(const ErrorData *error);

// A run that is queued or running is cancelled.
void cancel_open_run(int64 run_id);

// A run that is queued or running ended with an error.
void fail_open_run(int64 run_id, const ErrorData *error);
// Returns the name of the table, which somebody may have dropped.
const char *store_table_failure(int64 run_id, Oid relation, const char *error);

// Marks the table, or all of the run (InvalidOid), where the chunks are all done. Returns those that were not marked
// before (list of Oid).
List *mark_done_tables(int64 run_id, Oid relation);

// Oids of the run's tables in a state (nullptr: all).
List *run_relations(int64 run_id, const char *state);

}  // namespace confiture

// The states of runs and their tables, in the control tables confiture.run and confiture.run_table. All of it wants SPI
// connected.
#pragma once

#include "pg/pg.h"

namespace confiture {

// A run as it was asked for, and its state.
struct RunRecord {
  int64 run_id;
  const char *server;
  const char *state;
  Oid started_by;  // InvalidOid: the role was dropped
  const char *key_id;
  Jsonb *parameters;
  const char *seal;
  int snapshots;
};

// The number of a new run.
int64 next_run_id();

// Records a new run of the caller's. State: queued or running.
void store_run(int64 run_id, const char *server, const char *state, Jsonb *parameters);

// Records that a run did not begin, and why.
void store_refused(int64 run_id, const char *server, Jsonb *parameters, const ErrorData *error);

// Leaves a run that is to be resumed to a leader in the background.
void store_queued(int64 run_id);

// Is there a record of the run that this transaction can see?
bool has_run(int64 run_id);

// Ereports 42704 when there is no such run, 42501 when the caller is not a member of the role that started it.
RunRecord load_run(int64 run_id);

// Records another value of a parameter of a run whose seal was checked. Returns the parameters.
Jsonb *store_parameter(const RunRecord *record, const char *name, const char *value);

// Ereports 55000 for a run that is done or superseded.
void refuse_closed(const RunRecord *record);

// Ereports 42501 when the caller is not the very role that started the run: its filters are SQL on the source and run
// with the credentials of the role that resumes it.
void require_same_role(const RunRecord *record);

// Ereports 55000 when the masking key was replaced since the run started, 28000 unless the key authenticates role and
// parameters as those that it was started with.
void require_seal(const RunRecord *record);

// Records the snapshot that the run reads from now on. `is_distributed`: tables of a cluster are among those to read,
// which no snapshot covers. Last of all in a transaction: confiture.cancel() waits for it.
void store_snapshot(int64 run_id, const char *snapshot, bool is_new, bool is_distributed);

// The snapshot that the run reads now; nullptr: none yet, or no such run.
const char *current_snapshot(int64 run_id);

// Is the run in progress with this snapshot (nullptr: any)?
bool is_current(int64 run_id, const char *snapshot);

// Did the run end before its queue was empty: a table failed, or it was cancelled?
bool is_stopped(int64 run_id);

// Did a table fail, be it there or dropped meanwhile?
bool has_failed_tables(int64 run_id);

// Ends the run, or gives it up, with an error (nullptr: none, or the one it has already).
void store_state(int64 run_id, const char *state, const char *error);

// The message of an error, as it is kept: with its detail.
const char *text_of(const ErrorData *error);

// Cancels a run that is queued or running, on record as the current user's doing.
void cancel_open_run(int64 run_id);

// Ends a run that is queued or running with an error.
void fail_open_run(int64 run_id, const ErrorData *error);

// Keeps why the leader of a run that is queued or running ended, where nothing is on record yet. Does not wait for
// whoever has the run locked, who records an end of it.
void store_interruption(int64 run_id, const char *reason);

// Marks a table as failed. Returns its name, also when it was dropped meanwhile.
const char *store_table_failure(int64 run_id, Oid relation, const char *error);

// Keeps why a table that is done was not analyzed.
void store_table_note(int64 run_id, Oid relation, const char *note);

// The notes of the run's tables that are done, a sentence for each, nullptr for none.
const char *table_notes(int64 run_id);

// Makes failed tables wait again.
void retry_failed_tables(int64 run_id);

// Oids of the run's tables in a state (nullptr: all) that still exist.
List *run_relations(int64 run_id, const char *state);

// Names of the run's tables on the source (char *): qualified, quoted.
List *names_of_run(int64 run_id);

}  // namespace confiture

// A run over many tables: the story of its leader.
//
// A run:
//
//   sync(detach)                sync()
//        |                         |
//        v     leader begins       v                            all in place and verified
//     queued ----------------> (planning) --> running -----------------------------------> done
//        |                                     |  |                                        partial: but tables failed
//        | no leader                           |  |  a table failed (on_error 'stop'), a key is violated, something
//        v                                     |  |  does not come back, the source stays away
//     failed <---------------------------------+--+
//                                                 |  confiture.cancel()
//     cancelled <---------------------------------+
//
//   resume() leads failed, cancelled, partial and abandoned runs back to running; a later run that takes over their
//   tables makes them superseded. Abandoned ("interrupted" in the views) is a run that is queued or running and whose
//   number no session has locked (record/run_lock.h). done and superseded are final.
//
// A table (confiture.run_table):
//
//   waiting --> done     all its chunks are
//      |  ^
//      v  | resume()
//     failed             the error of one of its chunks; the others stay pending and are not taken
//
// A chunk (confiture.chunk, run/queue.h):
//
//   pending --> done     in the transaction that wrote its rows
//
//   Taken is not a state but a lock on the row, which ends with the transaction of the process that has it.
//
// An index, constraint, foreign key or trigger that was set aside (confiture.set_aside, set_aside/restore.h):
//
//   off --> back (restored_at)
//    |  ^
//    v  | resume(), restore_indexes()
//   off with an error
//
//   Written with the transaction that takes it off, and marked as back with the one that puts it back. The steps follow
//   each other (RestoreStep); within a step, processes take entries as they take chunks.
//
// The processes, and for what they wait:
//
//   caller of sync(detach)  starts a background leader; waits until it has locked the run, or has ended
//   leader                  plans, cuts, empties, starts the workers, works like one of them; then waits until they
//                           have ended, and finishes. Its transaction on the source holds the snapshot that workers
//                           import
//   worker                  (background, or a session that calls confiture.work()) waits 20 ms at a time while all
//                           pending chunks are taken by others: one may give its chunk back by failing
//   leader and workers      a lost source: wait longer each time, until retry_for is over. Workers that lost the
//                           snapshot end; the leader begins another one
//   confiture.cancel()      sets the state, signals the leader; the leader's end terminates its workers
//
//   On a table of the source a worker waits for one second at most: a session that waits for the leader's lock on it
//   could wait for the worker's too. On the target, chunks lock their table as any INSERT does.
#pragma once

#include "run/options.h"
#include "run/result.h"

namespace confiture {

// Plans all tables, empties them and copies them with `jobs` processes; then puts back what was set aside, verifies
// foreign keys, sets sequences. Commits as it goes, unless options->atomic: then wants SPI connected with atomicity.
// Ereports when the run fails; what was done by then is kept and the run can be resumed.
RunResult sync_database(const RunOptions *options, Jsonb *parameters);

// Resumes a run; jobs 0: as many as it had. `on_violation`: as on_fk_violation of sync(), from now on; nullptr: as it
// was.
RunResult resume_run(int64 run_id, int jobs, bool detach, const char *on_violation);

// Stops a run; returns whether it had a leader.
bool cancel_run(int64 run_id);

}  // namespace confiture

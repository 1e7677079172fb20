// What other sessions see of a sync, in the view confiture.progress.
//
// It lives in the slots of pg_stat_progress_copy that COPY itself leaves free (the last eight of twenty): no shared
// memory of ours is needed, and the server clears it when the transaction ends.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct Progress {
  Oid relation;
  Oid server;
  int64 run_id;
  int64 estimated_rows;  // -1: unknown
  int64 rows;            // when finishing
  int64 chunk_id;        // of a run, 0 for none
};

void show_preparing(const Progress *progress);
void show_copying(const Progress *progress);  // after BeginCopyFrom, which clears all slots
void show_finishing(const Progress *progress);
// Of a run before its first chunk.
void show_preparing_run(int64 run_id, Oid server);
// Of a chunk whose rows and bytes are all written, until the transaction is committed, which may wait for a synchronous
// standby, and until the next chunk is shown: the view counts them for who does not see the commit. end_progress()
// where none follows, or the transaction was rolled back.
void show_committing(const Progress *progress, int64 bytes);
void end_progress();

// What the leader of a run does once all rows are there. The view takes the counts of indexes from the control tables.
enum class ClosingStep { indexes = 1, foreign_keys, sequences, views };

// How far it is: `total` is 0 where that is one piece of work. Shown until another command reports its progress.
void show_closing(int64 run_id, Oid server, ClosingStep step, int64 done, int64 total);

// Rows that have come from the source during a COPY. The server itself counts them in thousands since 16.
void show_received(int64 rows);

// The same of a loader other than COPY, which shows by itself what it is and counts rows read and bytes received.
void show_loading(const Progress *progress);
void show_loaded(int64 rows, int64 bytes);

// Rows that go from a table of their own into the one that is synced: of all that COPY clears at its end.
void show_staged(const Progress *progress, int64 rows, int64 bytes);

}  // namespace confiture

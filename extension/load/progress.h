// What other sessions see of a sync, in the view confiture.progress.
//
// It lives in the slots of pg_stat_progress_copy that COPY itself leaves free (the last five of twenty): no shared
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
// Until the transaction is committed, which may wait for a synchronous standby; then end_progress(). Its rows are not
// counted here, since they may be visible already.
void show_committing(const Progress *progress);
void end_progress();

// Rows that have come from the source during a COPY. The server itself counts them in thousands since 16.
void show_received(int64 rows);

// The same of a loader other than COPY, which shows by itself what it is and counts rows read and bytes received.
void show_loading(const Progress *progress);
void show_loaded(int64 rows, int64 bytes);

}  // namespace confiture

#include "load/progress.h"

namespace confiture {

// The chunk that this process has committed last: a query whose snapshot is older sees neither that nor a copy at work.
struct CommittedChunk {
  int64 id, rows, bytes;
};
static CommittedChunk committed = {0, 0, 0};

static void fill_slots(const Progress *progress, int64 phase) {
  if (progress->chunk_id == 0) committed = {0, 0, 0};           // left by a run that failed in this session
  static const int slots[] = {12, 13, 14, 15, 16, 17, 18, 19};  // param13 to param20 of pg_stat_get_progress_info()
  const int64 values[] = {committed.id,
                          committed.rows,
                          committed.bytes,
                          progress->rows,
                          progress->run_id,
                          progress->estimated_rows,
                          static_cast<int64>(progress->server),
                          progress->chunk_id << 2 | phase};
  pgstat_progress_update_multi_param(lengthof(slots), slots, values);
}

void show_preparing(const Progress *progress) {
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, progress->relation);
  fill_slots(progress, 1);
}

void show_copying(const Progress *progress) { fill_slots(progress, 2); }

void show_preparing_run(int64 run_id, Oid server) {
  Progress progress = {
      .relation = InvalidOid,
      .server = server,
      .run_id = run_id,
      .estimated_rows = -1,
      .rows = 0,
      .chunk_id = 0,
  };
  show_preparing(&progress);
}

void show_closing(int64 run_id, Oid server, ClosingStep step, int64 done, int64 total) {
  constexpr int64 finishing = 3;
  committed = {0, 0, 0};
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, InvalidOid);
  static const int slots[] = {12, 13, 14, 15, 16, 17, 18, 19};
  const int64 values[] = {0, done, total, 0, run_id, static_cast<int64>(step), static_cast<int64>(server), finishing};
  pgstat_progress_update_multi_param(lengthof(slots), slots, values);
}

void show_committing(const Progress *progress, int64 bytes) {
  committed = {progress->chunk_id, progress->rows, bytes};
  Progress shown = *progress;
  shown.rows = 0;
  fill_slots(&shown, 0);
}

void end_progress() {
  committed = {0, 0, 0};
  pgstat_progress_end_command();
}

void show_received(int64 rows) { pgstat_progress_update_param(15, rows); }

void show_loading(const Progress *progress) {
  pgstat_progress_update_param(PROGRESS_COPY_COMMAND, PROGRESS_COPY_COMMAND_FROM);
  pgstat_progress_update_param(PROGRESS_COPY_TYPE, PROGRESS_COPY_TYPE_CALLBACK);
  show_copying(progress);
}

void show_loaded(int64 rows, int64 bytes) {
  static const int slots[] = {PROGRESS_COPY_BYTES_PROCESSED, PROGRESS_COPY_TUPLES_PROCESSED};
  const int64 values[] = {bytes, rows};
  pgstat_progress_update_multi_param(lengthof(slots), slots, values);
}

void show_staged(const Progress *progress, int64 rows, int64 bytes) {
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, progress->relation);
  show_loading(progress);
  show_loaded(rows, bytes);
}

void show_finishing(const Progress *progress) {
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, progress->relation);
  fill_slots(progress, 3);
}

}  // namespace confiture

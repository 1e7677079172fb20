#include "run/work.h"

#include "pg/masking_key.h"
#include "pg/session.h"
#include "pg/next_transaction.h"
#include "pg/spi.h"
#include "pg/wait.h"
#include "load/load.h"
#include "record/run_store.h"
#include "set_aside/restore.h"
#include "source/error.h"
#include "source/query.h"
#include "source/session.h"
#include "source/attempt.h"
#include "load/transfer.h"

namespace confiture {

RunWork load_work(int64 run_id) {
  RunRecord record = load_run(run_id);
  require_same_role(&record);
  RunOptions options = read_options(record.parameters);
  return {run_id,
          options.server,
          options.retry_ms,
          may_switch_triggers_off(),
          options.stop_on_error,
          options.analyze_tables};
}

struct TakenChunk {
  int64 chunk_id;
  Oid relation;
  int number;
  Slice which;
  Jsonb *transfer_json;
  int64 estimated_rows;  // of the chunk, -1: unknown
  int snapshots;
  const char *relation_name;
  int chunks;          // of the table
  const char *key_id;  // of the run
};

// Is the run still at work with this snapshot (nullptr: any)?
static bool is_current(int64 run_id, const char *snapshot) {
  Oid types[] = {INT8OID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id), snapshot != nullptr ? CStringGetTextDatum(snapshot) : Datum(0)};
  bool found = old_spi_run_as_owner(
                   "SELECT FROM confiture.run WHERE run_id = $1 AND state = 'running' "
                   "AND snapshot = coalesce($2, snapshot)",
                   2, types, values, snapshot != nullptr ? nullptr : " n") > 0;
  SPI_freetuptable(SPI_tuptable);
  return found;
}

// Tables that no other worker is at, as pg_stat_progress_copy has it: workers that extend one table wait for each
// other, which costs a tenth of the time. Not worth a chunk of less than half the largest.
static const char of_idle_table[] =
    "AND k.estimated_bytes >= (SELECT max(o.estimated_bytes) / 2 FROM confiture.chunk o "
    "  WHERE o.run_id = $1 AND o.state = 'pending') "
    "AND k.relation::oid <> ALL ((SELECT relations FROM busy)::oid[]) "
    "AND EXISTS (SELECT FROM confiture.run_table o WHERE o.run_id = $1 AND o.state = 'waiting' "
    "  AND o.relation::oid <> ALL ((SELECT relations FROM busy)::oid[])) ";

// The largest first: a long one taken last would keep one worker busy when the others are done. None for a worker that
// still reads an earlier snapshot of the run (nullptr: there is only one).
static bool take_largest(int64 run_id, const char *snapshot, const char *condition, TakenChunk *taken) {
  Oid types[] = {INT8OID, TEXTOID};
  Datum values[] = {Int64GetDatum(run_id), snapshot != nullptr ? CStringGetTextDatum(snapshot) : Datum(0)};
  uint64 n = old_spi_run_as_owner(
      psprintf("WITH busy AS (SELECT coalesce(array_agg(s.relid), '{}') AS relations "
               "  FROM pg_stat_get_progress_info('COPY') s WHERE s.param17 = $1 AND s.pid <> pg_backend_pid()) "
               "SELECT k.chunk_id, k.relation::oid, k.number, k.source_relation, k.condition, t.transfer, "
               "coalesce((t.estimated_rows * (k.estimated_bytes::float8 / "
               "  greatest(t.estimated_bytes, 1)))::int8, -1), r.snapshots, t.relation_name, (SELECT count(*) FROM "
               "confiture.chunk o WHERE o.run_id = k.run_id AND o.relation = k.relation)::int4, r.key_id "
               "FROM confiture.chunk k JOIN confiture.run_table t USING (run_id, relation) "
               "JOIN confiture.run r USING (run_id) "
               "WHERE k.run_id = $1 AND k.state = 'pending' AND t.state = 'waiting' AND r.state = 'running' "
               "AND ($2 IS NULL OR r.snapshot = $2) %s"
               "ORDER BY k.estimated_bytes DESC, k.chunk_id LIMIT 1 FOR UPDATE OF k SKIP LOCKED",
               condition),
      2, types, values, snapshot != nullptr ? nullptr : " n");
  if (n == 0) return false;
  bool is_null;
  taken->chunk_id = DatumGetInt64(old_spi_datum(0, 1, &is_null));
  taken->relation = DatumGetObjectId(old_spi_datum(0, 2, &is_null));
  taken->number = DatumGetInt32(old_spi_datum(0, 3, &is_null));
  taken->which = {old_spi_text(0, 4), old_spi_text(0, 5), -1};
  taken->transfer_json = DatumGetJsonbPCopy(old_spi_datum(0, 6, &is_null));
  taken->estimated_rows = DatumGetInt64(old_spi_datum(0, 7, &is_null));
  taken->snapshots = DatumGetInt32(old_spi_datum(0, 8, &is_null));
  taken->relation_name = old_spi_text(0, 9);
  taken->chunks = DatumGetInt32(old_spi_datum(0, 10, &is_null));
  taken->key_id = old_spi_text(0, 11);
  return true;
}

static bool take_chunk(int64 run_id, const char *snapshot, TakenChunk *taken) {
  return take_largest(run_id, snapshot, of_idle_table, taken) || take_largest(run_id, snapshot, "", taken);
}

static void mark_done(const TakenChunk *taken, uint64 rows, uint64 bytes, TimestampTz started) {
  Oid types[] = {INT8OID, INT8OID, INT8OID, INT4OID, INT4OID, TIMESTAMPTZOID};
  Datum values[] = {Int64GetDatum(taken->chunk_id),
                    Int64GetDatum(static_cast<int64>(rows)),
                    Int64GetDatum(static_cast<int64>(bytes)),
                    Int32GetDatum(taken->snapshots),
                    Int32GetDatum(MyProcPid),
                    TimestampTzGetDatum(started)};
  old_spi_run_as_owner(
      "UPDATE confiture.chunk SET state = 'done', rows = $2, bytes = $3, snapshot = $4, pid = $5, started_at = $6, "
      "finished_at = clock_timestamp() WHERE chunk_id = $1",
      6, types, values);
}

// Privileges may have gone since the plan was made, and COPY's machinery asks for none.
static void check_target(Oid relation) {
  if (pg_class_aclcheck(relation, GetUserId(), ACL_INSERT) != ACLCHECK_OK)
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(relation));
  if (check_enable_rls(relation, InvalidOid, false) == RLS_ENABLED)
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
             errmsg("row-level security applies to you on %s, and a load cannot obey it", qualified_name(relation))));
}

// Masks of two keys in one run would not join. Once they have read the key: one that was replaced in between would be
// seen here.
static void check_key(const TakenChunk *taken) {
  if (strcmp(taken->key_id, masking_key_id()) == 0) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("the masking key was replaced while the run went on")));
}

// A worker that waited here for somebody who waits for the run's leader would wait for ever. EXPLAIN takes the locks
// that COPY needs.
static void lock_source(Source *from, const Transfer *what, const Slice *which) {
  source_query_rows(
      from, psprintf("SET LOCAL lock_timeout = '1s';EXPLAIN %s;SET LOCAL lock_timeout = 0", row_query(what, which)));
}

static void copy_chunk(const RunWork *work, Source *from, const TakenChunk *taken) {
  TimestampTz started = GetCurrentTimestamp();
  pgstat_report_activity(STATE_RUNNING, psprintf("confiture run " INT64_FORMAT ": copying %s, chunk %d of %d",
                                                 work->run_id, taken->relation_name, taken->number, taken->chunks));
  if (work->triggers_off) switch_triggers_off();
  const Transfer *what = transfer_from_json(taken->relation, taken->transfer_json);
  refuse_altered(what);
  Progress shown = {taken->relation, from->server_oid, work->run_id, taken->estimated_rows, 0, taken->chunk_id};
  show_preparing(&shown);
  Slice which = taken->which;
  // A partitioned table or view as a whole cannot be read ONLY.
  if (strcmp(which.relation, what->source_relation) == 0) which.relation = nullptr;
  lock_source(from, what, &which);
  MaskedStream *stream = open_stream(from, what, &which);
  check_key(taken);
  uint64 rows = load_rows(taken->relation, what, stream, &shown);
  if (rows != stream->rows)
    ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                    errmsg("server \"%s\" sent " UINT64_FORMAT " rows of %s, but " UINT64_FORMAT " were written",
                           from->server_name, stream->rows, what->source_relation, rows)));
  mark_done(taken, rows, stream->bytes, started);
  pgstat_progress_end_command();
}

struct ChunkAttempt {
  const RunWork *work;
  Source *from;
  const char *snapshot;  // that the source's transaction imported
  Oid relation;          // of the chunk taken, InvalidOid for none
  const char *relation_name;
};

static void take_and_copy(void *arg) {
  ChunkAttempt *attempt = static_cast<ChunkAttempt *>(arg);
  TakenChunk taken = {};
  attempt->relation = InvalidOid;
  if (!take_chunk(attempt->work->run_id, attempt->snapshot, &taken)) return;
  attempt->relation = taken.relation;
  attempt->relation_name = taken.relation_name;
  check_target(taken.relation);
  // Whoever had the table locked may have emptied it: for another run, or to start again from another snapshot.
  LockRelationOid(taken.relation, RowExclusiveLock);
  if (is_current(attempt->work->run_id, attempt->snapshot))
    copy_chunk(attempt->work, attempt->from, &taken);
  else
    attempt->relation = InvalidOid;
}

bool copy_next_chunk(const RunWork *work, Source *from) {
  ChunkAttempt attempt = {work, from, nullptr, InvalidOid, nullptr};
  take_and_copy(&attempt);
  return OidIsValid(attempt.relation);
}

// What would be checked at commit is checked here: there it would end more than the table, and quote its values.
static void take_and_finish(void *arg) {
  take_and_copy(arg);
  Oid relation = static_cast<ChunkAttempt *>(arg)->relation;
  if (OidIsValid(relation)) run_withholding_values(qualified_name(relation), "SET CONSTRAINTS ALL IMMEDIATE");
}

// Of a table that is locked the source does not say which.
static const char *lost_by(const ChunkAttempt *attempt, const ErrorData *error) {
  if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE) return text_of(error);
  return psprintf("%s: %s", attempt->relation_name, text_of(error));
}

static void record_failure(const RunWork *work, Oid relation, const ErrorData *error) {
  const char *reason = text_of(error);
  if (OidIsValid(relation)) reason = psprintf("%s: %s", store_table_failure(work->run_id, relation, reason), reason);
  if (work->stop_on_error || !OidIsValid(relation)) store_state(work->run_id, "failed", reason);
}

static void analyze(void *arg) {
  const char *name = qualified_name(*static_cast<Oid *>(arg));
  run_withholding_values(name, psprintf("ANALYZE %s", name));
}

void analyze_table(Oid relation) {
  const char *error = error_of([&] { analyze(&relation); });
  if (error != nullptr)
    ereport(WARNING, (errmsg("a table was not analyzed: %s", error), errhint("ANALYZE it yourself.")));
}

// Whoever finished a table's last chunk comes here after that commit.
void finish_tables(const RunWork *work, Oid relation) {
  List *done = mark_done_tables(work->run_id, relation);
  if (done == NIL) return;
  next_transaction();
  if (!work->analyze_tables) return;
  ListCell *cell;
  foreach (cell, done) {
    analyze_table(lfirst_oid(cell));
    next_transaction();
  }
}

enum class SessionEnd { drained, lost, snapshot_gone };

struct WorkSession {
  const RunWork *work;
  SessionEnd end;
  bool has_copied;      // a chunk at least
  const char *failure;  // what it was lost by
};

static const char *current_snapshot(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner("SELECT snapshot FROM confiture.run WHERE run_id = $1", 1, types, values);
  return SPI_processed > 0 ? old_spi_text(0, 1) : nullptr;
}

struct SnapshotImport {
  Source *from;
  const char *snapshot;
  bool is_there;
};

static void import_snapshot(void *arg) {
  SnapshotImport *call = static_cast<SnapshotImport *>(arg);
  call->is_there = begin_imported_snapshot(call->from, call->snapshot);
}

// With one connection to the source.
static void work_with(Source *from, void *arg) {
  WorkSession *session = static_cast<WorkSession *>(arg);
  const RunWork *work = session->work;
  SnapshotImport import = {from, current_snapshot(work->run_id), false};
  ErrorData *lost = try_body(from, [&] { import_snapshot(&import); });
  if (lost != nullptr && !from->is_lost) ReThrowError(lost);
  if (lost != nullptr) session->failure = text_of(lost);
  if (lost == nullptr && !import.is_there) session->end = SessionEnd::snapshot_gone;
  if (!import.is_there) return;
  MemoryContext session_context = CurrentMemoryContext;
  MemoryContext context = AllocSetContextCreate(session_context, "confiture chunk", ALLOCSET_DEFAULT_SIZES);
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    MemoryContextSwitchTo(context);
    ChunkAttempt attempt = {work, from, import.snapshot, InvalidOid, nullptr};
    const ErrorData *failure = try_body(from, [&] { take_and_finish(&attempt); });
    if (failure != nullptr && from->failed && from->is_lost)
      session->failure = MemoryContextStrdup(session_context, lost_by(&attempt, failure));
    else if (failure != nullptr && is_current(work->run_id, import.snapshot))
      record_failure(work, attempt.relation, failure);
    MemoryContextSwitchTo(session_context);
    bool source_failed = failure != nullptr && from->failed;
    MemoryContextReset(context);
    next_transaction();
    // Its transaction failed with the chunk: the snapshot is had again by a new connection.
    if (source_failed) return;
    if (OidIsValid(attempt.relation)) {
      session->has_copied = true;
      finish_tables(work, attempt.relation);
    } else if (!has_work_left(work->run_id)) {
      session->end = SessionEnd::drained;
      return;
    } else if (!is_current(work->run_id, import.snapshot)) {
      session->end = SessionEnd::snapshot_gone;
      return;
    } else {
      wait_a_moment(20);
    }
  }
}

void pause_for_source(int attempt) {
  next_transaction();
  wait_a_moment(Min(100L << Min(attempt, 6), 5000L));
}

bool work_on(const RunWork *work, const char **failure) {
  *failure = nullptr;
  finish_tables(work, InvalidOid);  // of a run that is resumed when only this was left
  TimestampTz lost_since = 0;
  for (int attempt = 0; has_work_left(work->run_id); attempt++) {
    WorkSession session = {work, SessionEnd::lost, false, nullptr};
    const ErrorData *refusal = with_source_if_any(work->server, [&](Source *source) { work_with(source, &session); });
    if (refusal != nullptr) session.failure = text_of(refusal);
    if (session.failure != nullptr) *failure = session.failure;
    if (session.end == SessionEnd::drained) break;
    if (session.end == SessionEnd::snapshot_gone) return false;
    if (attempt == 0 || session.has_copied) {
      lost_since = GetCurrentTimestamp();
      attempt = 0;
    }
    if (TimestampDifferenceMilliseconds(lost_since, GetCurrentTimestamp()) >= work->retry_ms) return false;
    pause_for_source(attempt);
  }
  while (!is_stopped(work->run_id) && restore_one(work->run_id)) next_transaction();
  return true;
}

}  // namespace confiture

#include "run/work.h"

#include "load/transfer.h"
#include "load/write_rows.h"
#include "pg/core_error.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/masking_key.h"
#include "pg/next_transaction.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "pg/spi.h"
#include "pg/wait.h"
#include "plan/plan.h"
#include "plan/user_triggers.h"
#include "record/run_store.h"
#include "run/cost.h"
#include "run/options.h"
#include "run/subset.h"
#include "set_aside/restore.h"
#include "source/attempt.h"
#include "source/error.h"
#include "source/query.h"
#include "source/session.h"

namespace confiture {

RunWork load_work(int64 run_id) {
  RunRecord record = load_run(run_id);
  require_same_role(&record);
  require_seal(&record);
  RunOptions options = read_options(record.parameters);
  return {
      .run_id = run_id,
      .server = options.server,
      .retry_ms = options.retry_ms,
      .stop_on_error = options.stop_on_error,
      .analyze_tables = options.analyze_tables,
  };
}

// ---------------------------------------------------------------------------------------------------------------
// One chunk

// Privileges may have been revoked since the plan was made, and COPY's machinery checks none.
static void check_target(Oid relation) {
  if (get_rel_name(relation) == nullptr)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("the table was dropped while the run was in progress")));
  require_privileges(relation, ACL_INSERT);
  if (check_enable_rls(relation, InvalidOid, false) == RLS_ENABLED)
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
             errmsg("row-level security applies to you on %s, and a load cannot obey it", qualified_name(relation))));
}

// Masks of two keys in one run would not join. Checked after the masker read the key: one that was replaced in between
// is seen here.
static void check_key(const TakenChunk *chunk) {
  if (strcmp(chunk->key_id, masking_key_id()) == 0) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("the masking key was replaced while the run went on")));
}

// Locks what the chunk reads, and makes sure that it is the table that was planned. EXPLAIN takes the locks that COPY
// needs. The wait is short: a process that waited here for a session which waits for the run's leader would wait for
// ever. A name is looked up in the source's present catalog, not in the snapshot, and no lock on a table keeps its
// schema from being renamed: the rows of another table of that name would be mixed with those that came before.
static void lock_source(Source *source, const Transfer *transfer, const TakenChunk *chunk, const Slice *slice) {
  const char *relation = chunk->slice.relation;
  const char *sql = R"(
    SET LOCAL lock_timeout = '1s';
    EXPLAIN %s;
    SET LOCAL lock_timeout = 0;
    SELECT %s::pg_catalog.regclass::pg_catalog.oid)";
  PGresult *found = source_query_rows(source, psprintf(sql, row_query(transfer, slice), quote_literal_cstr(relation)));
  Oid oid = static_cast<Oid>(strtoul(PQgetvalue(expect_shape(source, found, 1, 1), 0, 0), nullptr, 10));
  if (oid != chunk->source_oid)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("%s is another table on server \"%s\" than the run planned", relation, source->server_name),
                    errdetail("The table, or its schema, was renamed or replaced while the run was in progress."),
                    errhint("A resumed run copies the table of that name from the start.")));
}

// SQL for the rows at packed positions, given in hex.
static const char *condition_of(const char *positions) {
  size_t packed_size = strlen(positions) / 2, size = 0;
  char *packed = make_array<char>(packed_size);
  hex_decode(positions, 2 * packed_size, packed);
  wall::Status status;
  if (!wall::positions_text(packed, packed_size, nullptr, &size, &status)) raise(&status);
  char *text = make_array<char>(size + 1);
  if (!wall::positions_text(packed, packed_size, text, &size, &status)) raise(&status);
  return psprintf("ctid OPERATOR(pg_catalog.=) ANY ('%s'::pg_catalog.tid[])", text);
}

static void copy_chunk(const RunWork *work, Source *source, const TakenChunk *chunk) {
  TimestampTz started = GetCurrentTimestamp();
  pgstat_report_activity(STATE_RUNNING, psprintf("confiture run " INT64_FORMAT ": copying %s, chunk %d of %d",
                                                 work->run_id, chunk->relation_name, chunk->number, chunk->chunks));
  check_key(chunk);  // first, since it authenticates the rest
  require_seals(work->run_id, chunk);
  const Transfer *transfer = transfer_from_json(chunk->relation, chunk->transfer);
  if (transfer->key_columns != NIL) require_privileges(chunk->relation, ACL_SELECT | ACL_UPDATE);
  refuse_altered(transfer);
  // A run loads with no trigger of users firing. The lock on the table keeps it so until the chunk is committed.
  List *tree = partition_tree(chunk->relation, NoLock);
  refuse_firing_triggers(tree, transfer->engine);
  refuse_foreign_partitions(tree);
  check_at_once(tree);
  Progress progress = {
      .relation = chunk->relation,
      .server = source->server_oid,
      .run_id = work->run_id,
      .estimated_rows = chunk->estimated_rows,
      .rows = 0,
      .chunk_id = chunk->chunk_id,
  };
  show_preparing(&progress);
  Slice slice = chunk->slice;
  if (chunk->positions != nullptr) slice.condition = condition_of(chunk->positions);
  // A partitioned table or view as a whole cannot be read ONLY.
  if (strcmp(slice.relation, transfer->source_relation) == 0) slice.relation = nullptr;
  Slice locked = slice;
  if (chunk->positions != nullptr) {
    locked.condition = "false";  // the plan of so many rows would be sent
    prefer_positions(source);
  }
  lock_source(source, transfer, chunk, &locked);
  MaskedStream *stream = open_stream(source, transfer, &slice);
  check_key(chunk);
  uint64 rows = write_rows(transfer, stream, &progress);
  if (rows != stream->rows)
    ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                    errmsg("server \"%s\" sent " UINT64_FORMAT " rows of %s, but " UINT64_FORMAT " were written",
                           source->server_name, stream->rows, transfer->source_relation, rows)));
  as_checkpoint([&] { mark_done(chunk, rows, stream->bytes, started); });
  progress.rows = static_cast<int64>(rows);
  show_committing(&progress, static_cast<int64>(stream->bytes));
}

// What is known of a chunk after the subtransaction that copied it, which may have been rolled back: its own memory is
// gone by then, so that the name is copied into `context`.
struct ChunkAttempt {
  MemoryContext context;
  Oid relation;  // InvalidOid: no chunk was to be had
  const char *relation_name;
};

static void take_and_copy(const RunWork *work, Queue *queue, Source *source, ChunkAttempt *attempt) {
  TakenChunk chunk;
  bool is_taken = false;
  as_checkpoint([&] { is_taken = take_chunk(queue, &chunk); });
  if (!is_taken) return;
  attempt->relation = chunk.relation;
  attempt->relation_name = MemoryContextStrdup(attempt->context, chunk.relation_name);
  check_target(chunk.relation);
  // A session that had the table locked may have emptied it: for another run, or to start again from another snapshot.
  LockRelationOid(chunk.relation, RowExclusiveLock);
  if (is_current(work->run_id, queue->snapshot))
    copy_chunk(work, source, &chunk);
  else
    attempt->relation = InvalidOid;
}

bool copy_next_chunk(const RunWork *work, Queue *queue, Source *source) {
  ChunkAttempt attempt = {CurrentMemoryContext, InvalidOid, nullptr};
  take_and_copy(work, queue, source, &attempt);
  return OidIsValid(attempt.relation);
}

// ---------------------------------------------------------------------------------------------------------------
// Tables

static void record_failure(const RunWork *work, Oid relation, const ErrorData *error) {
  const char *reason = text_of(error);
  if (OidIsValid(relation)) reason = psprintf("%s: %s", store_table_failure(work->run_id, relation, reason), reason);
  if (work->stop_on_error || !OidIsValid(relation)) store_state(work->run_id, "failed", reason);
}

void analyze_table(int64 run_id, Oid relation) {
  const ErrorData *error = error_in([&] {
    const char *name = qualified_name(relation);
    // First, as whoever alters it does: TimescaleDB analyzes the chunks of a hypertable before itself.
    LockRelationOid(relation, ShareUpdateExclusiveLock);
    guard_session([&] { run_withholding_values(name, psprintf("ANALYZE %s", name)); });
  });
  if (error != nullptr) store_table_note(run_id, relation, psprintf("not analyzed: %s", text_of(error)));
}

// The process that copied a table's last chunk comes here after that commit.
void finish_tables(const RunWork *work, Oid relation) {
  List *done = NIL;
  as_checkpoint([&] { done = mark_done_tables(work->run_id, relation); });
  if (done == NIL) return;
  next_transaction();
  if (!work->analyze_tables) return;
  for (Oid table : each_oid(done)) {
    analyze_table(work->run_id, table);
    next_transaction();
  }
}

// ---------------------------------------------------------------------------------------------------------------
// One connection to the source

enum class SessionEnd { drained, lost, snapshot_gone };

struct WorkSession {
  SessionEnd end;
  bool has_copied;      // a chunk at least
  const char *failure;  // how the source was lost
};

// Joins the run's snapshot. False: it is gone, or the source is; the session says which.
static bool join_snapshot(Source *source, const char *snapshot, WorkSession *session) {
  bool is_there = false;
  ErrorData *loss = try_body(source, [&] { is_there = begin_imported_snapshot(source, snapshot); });
  if (loss != nullptr && !source->is_lost) ReThrowError(loss);
  if (loss != nullptr) session->failure = text_of(loss);
  if (loss == nullptr && !is_there) session->end = SessionEnd::snapshot_gone;
  return loss == nullptr && is_there;
}

// How the source was lost. Its error does not name the table that it waited for.
static const char *describe_loss(const ChunkAttempt *attempt, const ErrorData *error) {
  if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE) return text_of(error);
  return psprintf("%s: %s", attempt->relation_name, text_of(error));
}

static void work_with(Source *source, const RunWork *work, WorkSession *session) {
  const char *snapshot = current_snapshot(work->run_id);
  if (!join_snapshot(source, snapshot, session)) return;
  Queue queue = begin_queue(work->run_id, snapshot);
  MemoryContext session_context = CurrentMemoryContext;
  MemoryContext context = AllocSetContextCreate(session_context, "confiture chunk", ALLOCSET_DEFAULT_SIZES);
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    MemoryContextSwitchTo(context);
    ChunkAttempt attempt = {context, InvalidOid, nullptr};
    const ErrorData *failure = try_body(source, [&] {
      take_and_copy(work, &queue, source, &attempt);
      // What would be checked at commit is checked here: there it would end more than the table, and quote its values.
      if (OidIsValid(attempt.relation))
        run_withholding_values(qualified_name(attempt.relation), "SET CONSTRAINTS ALL IMMEDIATE");
    });
    if (failure != nullptr && source->failed && source->is_lost)
      session->failure = MemoryContextStrdup(session_context, describe_loss(&attempt, failure));
    else if (failure != nullptr && is_current(work->run_id, snapshot))
      record_failure(work, attempt.relation, failure);
    MemoryContextSwitchTo(session_context);
    bool source_failed = failure != nullptr && source->failed;
    MemoryContextReset(context);
    next_transaction();
    if (failure != nullptr || !OidIsValid(attempt.relation)) end_progress();
    // Its transaction failed with the chunk: a new connection joins the snapshot again.
    if (source_failed) return;
    if (OidIsValid(attempt.relation)) {
      session->has_copied = true;
      finish_tables(work, attempt.relation);
    } else if (!has_work_left(&queue)) {
      session->end = SessionEnd::drained;
      return;
    } else if (!is_current(work->run_id, snapshot)) {
      session->end = SessionEnd::snapshot_gone;
      return;
    } else {
      wait_a_moment(20);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------

void pause_for_source(int attempt) {
  next_transaction();
  wait_a_moment(Min(100L << Min(attempt, 6), 5000L));
}

bool work_on(const RunWork *work, const char **failure) {
  *failure = nullptr;
  begin_costs();
  finish_tables(work, InvalidOid);  // of a run that is resumed when only this was left
  Queue queue = begin_queue(work->run_id, nullptr);
  TimestampTz lost_since = 0;
  for (int attempt = 0; has_work_left(&queue); attempt++) {
    WorkSession session = {SessionEnd::lost, false, nullptr};
    const ErrorData *refusal =
        with_source_if_any(work->server, [&](Source *source) { work_with(source, work, &session); });
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
  Oid server = get_foreign_server_oid(work->server, true);
  auto show = [&] { show_closing(work->run_id, server, ClosingStep::indexes, 0, 0); };
  do {
    next_transaction();
    show();
  } while (!is_stopped(work->run_id) && restore_one(work->run_id, show));
  end_progress();
  return true;
}

}  // namespace confiture

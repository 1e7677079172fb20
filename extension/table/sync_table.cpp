#include "table/sync_table.h"

#include "load/load.h"
#include "load/rehearse.h"
#include "load/stream.h"
#include "load/transfer.h"
#include "load/write_rows.h"
#include "pg/list.h"
#include "pg/patient_lock.h"
#include "pg/relations.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/user_triggers.h"
#include "record/open_runs.h"
#include "record/run_store.h"
#include "source/call.h"
#include "source/error.h"
#include "table/empty.h"
#include "table/log.h"
#include "table/sequences.h"

namespace confiture {

// ---- before

static void check_not_in_use(Oid relation) {
  Relation target = table_open(relation, AccessShareLock);
  CheckTableNotInUse(target, "sync");
  table_close(target, AccessShareLock);
}

static void lock_target(const SyncRequest *request) {
  Progress waiting = {
      .relation = request->relation,
      .server = get_foreign_server_oid(request->server, true),
      .run_id = 0,
      .estimated_rows = -1,
      .rows = 0,
      .chunk_id = 0,
  };
  // A lock stops others: not for those who could not write anyway.
  if (pg_class_aclcheck(request->relation, GetUserId(), ACL_INSERT) != ACLCHECK_OK)
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(request->relation));
  refuse_in_open_run(request->relation);  // rather than wait for it
  // A replaced table is of no use to readers meanwhile, TRUNCATE or not; the other modes let them read on.
  lock_patiently(list_make1_oid(request->relation),
                 request->mode == LoadMode::replace ? AccessExclusiveLock : ShareRowExclusiveLock,
                 [&] { show_preparing(&waiting); });
  check_not_in_use(request->relation);
  refuse_in_open_run(request->relation);  // one may have begun while we waited
}

// What is deferred to COMMIT is checked with each statement instead: at COMMIT the server's message would quote the
// keys, and a trigger could not be enabled again while events wait, nor fire for the target's owner (pg/owner.h).
static void defer_nothing(const SyncPlan *plan) {
  if (plan->deferrable == nullptr) return;
  run_withholding_values(plan->relation_name, psprintf("SET CONSTRAINTS %s IMMEDIATE", plan->deferrable));
}

static void defer_again(const SyncPlan *plan) {
  if (plan->deferred != nullptr) spi_run(psprintf("SET CONSTRAINTS %s DEFERRED", plan->deferred));
}

// Where there are neither triggers, those of foreign keys included, nor rules, the setting that silences them stays:
// with its change the server forgets the plans of all statements that a sync runs.
static bool has_something_to_silence(const SyncPlan *plan) {
  Oid oid = plan->request.relation;
  Relation target = table_open(oid, NoLock);
  bool has_rules = target->rd_rules != nullptr;
  table_close(target, NoLock);
  return has_rules || may_have_triggers(oid);
}

static void empty_target(SyncPlan *plan) {
  if (plan->request.mode != LoadMode::replace) return;
  if (plan->by_delete)
    delete_rows(plan);
  else
    truncate_targets(list_make1(plan), true);
}

// ---- after

// The source's count must be the number of rows written, unless the user lets triggers fire, which may take rows away.
static void check_count(const SyncPlan *plan, const MaskedStream *stream, uint64 rows) {
  if (rows == stream->rows || plan->request.triggers) return;
  ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                  errmsg("server \"%s\" sent " UINT64_FORMAT " rows of %s, but " UINT64_FORMAT " were written",
                         plan->request.server, stream->rows, plan->source->qualified, rows)));
}

// Appended rows break no reference to older ones; an upsert leaves primary keys alone.
static bool may_be_violated(const SyncPlan *plan, const ForeignKey *key) {
  if (!key->is_inbound) return true;
  if (plan->request.mode == LoadMode::append) return false;
  if (plan->request.mode == LoadMode::upsert && key->references_key) return false;
  return key->is_validated;
}

static List *verifiable(const SyncPlan *plan, List *candidates) {
  List *keys = NIL;
  for (const ForeignKey *key : each<ForeignKey>(candidates))
    if (may_be_violated(plan, key)) keys = append(keys, key);
  return keys;
}

static void verify(const SyncPlan *plan) {
  List *keys = NIL;
  // Otherwise the server's own triggers did, unless the session had silenced them.
  if (plan->triggers_off || SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA)
    keys = verifiable(plan, plan->foreign_keys);
  verify_foreign_keys(list_concat(keys, verifiable(plan, plan->declared_keys)));
}

// ---- the story

SyncResult sync_table(const SyncRequest *request) {
  PreventCommandIfReadOnly("confiture.sync_table()");
  PreventCommandIfParallelMode("confiture.sync_table()");
  lock_target(request);
  TimestampTz started = GetCurrentTimestamp();
  SyncResult result = {};

  with_source(request->server, [&](Source *source) {
    SyncPlan *plan = make_plan(source, request);
    rehearse_row(source, plan);
    refuse_problems(plan);

    result.run_id = next_run_id();
    Progress progress = {
        .relation = request->relation,
        .server = source->server_oid,
        .run_id = result.run_id,
        .estimated_rows = request->filter == nullptr ? static_cast<int64>(plan->source->estimated_rows) : -1,
        .rows = 0,
        .chunk_id = 0};
    show_preparing(&progress);
    disable_triggers(plan->firing_triggers);
    if (plan->triggers_off && has_something_to_silence(plan)) switch_triggers_off();
    defer_nothing(plan);
    empty_target(plan);

    const Transfer *transfer = make_transfer(plan);
    const Slice all_rows = {.relation = nullptr, .condition = nullptr, .limit = -1};
    MaskedStream *stream = open_stream(source, transfer, &all_rows);
    result.rows = write_rows(transfer, stream, &progress);
    result.bytes = stream->bytes;
    result.binary = plan->binary;
    check_count(plan, stream, result.rows);

    progress.rows = static_cast<int64>(result.rows);
    show_finishing(&progress);
    defer_again(plan);
    verify(plan);
    enable_triggers(plan->firing_triggers);
    set_sequences(plan);

    result.microseconds = GetCurrentTimestamp() - started;
    log_run(plan, &result, started);
    pgstat_progress_end_command();
  });
  return result;
}

void preview_table(const SyncRequest *request, int64 limit, Callback<void(HeapTuple, TupleDesc)> use) {
  with_source(request->server, [&](Source *source) {
    SyncPlan *plan = make_plan(source, request);
    refuse_problems(plan);
    const Transfer *transfer = make_transfer(plan);
    const Slice first_rows = {.relation = nullptr, .condition = nullptr, .limit = limit};
    read_rows(transfer, open_stream(source, transfer, &first_rows), use);
  });
}

}  // namespace confiture

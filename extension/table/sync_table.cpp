#include "table/sync_table.h"

#include "pg/session.h"
#include "pg/spi.h"
#include "load/load.h"
#include "record/open_runs.h"
#include "record/run_store.h"
#include "table/sequences.h"
#include "source/connection.h"
#include "source/error.h"
#include "load/stream.h"
#include "load/transfer.h"
#include "load/upsert.h"
#include "plan/user_triggers.h"

namespace confiture {

struct SyncCall {
  const SyncRequest *request;
  TimestampTz started;
  SyncResult result;
};

static LOCKMODE lock_for(LoadMode mode) {
  // A replaced table is of no use to readers meanwhile, TRUNCATE or not; the others let them read on.
  return mode == LoadMode::replace ? AccessExclusiveLock : ShareRowExclusiveLock;
}

static void empty_target(const SyncPlan *plan) {
  if (plan->request.mode != LoadMode::replace) return;
  // ONLY: children by inheritance are tables of their own; partitions are not.
  bool is_partitioned = get_rel_relkind(plan->request.relation) == RELKIND_PARTITIONED_TABLE;
  const char *sql = psprintf("%s%s%s", plan->by_delete ? "DELETE FROM " : "TRUNCATE ", is_partitioned ? "" : "ONLY ",
                             plan->relation_name);
  // A DELETE by the snapshot of a REPEATABLE READ transaction would leave what others inserted since.
  run_withholding_values(plan->relation_name, sql, plan->by_delete);
}

// What the source counted has to be what was written; a trigger the user let fire may take rows away.
static void check_count(const SyncPlan *plan, const MaskedStream *stream, uint64 rows) {
  if (rows == stream->rows || plan->request.triggers) return;
  ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                  errmsg("server \"%s\" sent " UINT64_FORMAT " rows of %s, but " UINT64_FORMAT " were written",
                         plan->request.server, stream->rows, plan->source->qualified, rows)));
}

static void verify(const SyncPlan *plan) {
  // Otherwise the server's own triggers did, unless the session silenced them before us.
  if (!plan->triggers_off && SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA) return;
  List *concerned = NIL;
  ListCell *cell;
  foreach (cell, plan->foreign_keys) {
    ForeignKey *key = static_cast<ForeignKey *>(lfirst(cell));
    // Appended rows break no reference to older ones; an upsert leaves primary keys alone.
    bool untouched = key->is_inbound && (plan->request.mode == LoadMode::append ||
                                         (plan->request.mode == LoadMode::upsert && key->references_key));
    if (!untouched && (key->is_validated || !key->is_inbound)) concerned = lappend(concerned, key);
  }
  verify_foreign_keys(concerned);
}

// What is checked at COMMIT is checked here already: there the server's words would quote the keys, and a trigger
// cannot be enabled again while events wait.
static void check_deferred(const SyncPlan *plan) {
  if (plan->deferrable == nullptr) return;
  run_withholding_values(plan->relation_name, psprintf("SET CONSTRAINTS %s IMMEDIATE", plan->deferrable));
  if (plan->deferred != nullptr) old_spi_run(psprintf("SET CONSTRAINTS %s DEFERRED", plan->deferred));
}

// The story of one table.
static void sync_from(Source *from, void *arg) {
  SyncCall *call = static_cast<SyncCall *>(arg);
  SyncPlan *plan = make_plan(from, call->request);
  refuse_problems(plan);

  call->result.run_id = next_run_id();
  Progress shown = {plan->request.relation,
                    from->server_oid,
                    call->result.run_id,
                    plan->request.filter == nullptr ? static_cast<int64>(plan->source->estimated_rows) : -1,
                    0,
                    0};
  show_preparing(&shown);
  disable_triggers(plan->firing_triggers);
  if (plan->triggers_off) switch_triggers_off();
  empty_target(plan);

  const Transfer *what = make_transfer(plan);
  const Slice all = {nullptr, nullptr, -1};
  MaskedStream *stream = open_stream(from, what, &all);
  uint64 rows = plan->request.mode == LoadMode::upsert ? upsert_rows(plan, what, stream, &shown)
                                                       : load_rows(what->relation, what, stream, &shown);
  check_count(plan, stream, rows);

  shown.rows = static_cast<int64>(rows);
  show_finishing(&shown);
  check_deferred(plan);
  verify(plan);
  enable_triggers(plan->firing_triggers);
  set_sequences(plan);

  call->result.rows = rows;
  call->result.bytes = stream->bytes;
  call->result.binary = plan->binary;
  call->result.microseconds = GetCurrentTimestamp() - call->started;
  log_run(plan, &call->result, call->started);
  pgstat_progress_end_command();
}

static void check_not_in_use(Oid relation) {
  Relation target = table_open(relation, AccessShareLock);
  CheckTableNotInUse(target, "sync");
  table_close(target, AccessShareLock);
}

SyncResult sync_table(const SyncRequest *request) {
  PreventCommandIfReadOnly("confiture.sync_table()");
  PreventCommandIfParallelMode("confiture.sync_table()");
  // A lock is a way to stop others: not for those who could not write anyway.
  if (pg_class_aclcheck(request->relation, GetUserId(), ACL_INSERT) != ACLCHECK_OK)
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(request->relation));
  refuse_in_open_run(request->relation);  // rather than wait for it
  LOCKMODE lock = lock_for(request->mode);
  LockRelationOid(request->relation, lock);
  // Who writes to a partition locks that alone.
  if (get_rel_relkind(request->relation) == RELKIND_PARTITIONED_TABLE)
    find_all_inheritors(request->relation, lock, nullptr);
  check_not_in_use(request->relation);
  refuse_in_open_run(request->relation);  // one may have begun while we waited
  SyncCall call = {request, GetCurrentTimestamp(), {}};
  with_source(request->server, [&](Source *source) { sync_from(source, &call); });
  return call.result;
}

struct PreviewCall {
  const SyncRequest *request;
  int64 n;
  void (*use)(HeapTuple, TupleDesc, void *);
  void *arg;
};

static void preview_from(Source *from, void *arg) {
  PreviewCall *call = static_cast<PreviewCall *>(arg);
  SyncPlan *plan = make_plan(from, call->request);
  refuse_problems(plan);
  const Transfer *what = make_transfer(plan);
  const Slice some = {nullptr, nullptr, call->n};
  read_rows(what, open_stream(from, what, &some), call->use, call->arg);
}

void preview_table(const SyncRequest *request, int64 n, void (*use)(HeapTuple, TupleDesc, void *), void *arg) {
  PreviewCall call = {request, n, use, arg};
  with_source(request->server, [&](Source *source) { preview_from(source, &call); });
}

}  // namespace confiture

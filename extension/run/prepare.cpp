#include "run/prepare.h"

#include "pg/masking_key.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "run/empty_tables.h"
#include "record/open_runs.h"
#include "set_aside/restore.h"
#include "record/run_store.h"
#include "set_aside/set_aside.h"

namespace confiture {

static List *plans_of(const RunPlan *plan) {
  List *plans = NIL;
  ListCell *cell;
  foreach (cell, plan->tables) plans = lappend(plans, static_cast<RunTable *>(lfirst(cell))->plan);
  return plans;
}

static void refuse_other_runs(int64 run_id, const RunPlan *plan) {
  // One at a time: two runs that start together would not see each other.
  LockDatabaseObject(RelationRelationId, own_relation("run"), 0, ExclusiveLock);
  refuse_open_runs(run_id, plan->trees, true);
}

// The bounds of chunks are stored here: no value of a masked column may be among them.
static List *plain_columns(const SyncPlan *plan) {
  List *names = NIL;
  ListCell *cell;
  foreach (cell, plan->columns) {
    const PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    if (column->action == ColumnAction::pass) names = lappend(names, const_cast<char *>(column->name));
  }
  return names;
}

// A run of few chunks ends with one job working and the others waiting: at least eight for each job, but not for a few
// rows each.
static int64 chunk_bytes(const RunOptions *options, const RunPlan *plan) {
  static constexpr int64 least_bytes = 16 * 1024 * 1024;
  int64 total = 0;
  ListCell *cell;
  foreach (cell, plan->tables) total += static_cast<RunTable *>(lfirst(cell))->extent->bytes;
  return Min(options->chunk_bytes, Max(total / (8 * options->jobs), least_bytes));
}

// The source's words about rows it read for this name no table.
static void describe_cut(void *arg) {
  errcontext("cutting %s into chunks", static_cast<const SyncPlan *>(arg)->source->qualified);
}

static void store_cut(Source *from, int64 run_id, const RunOptions *options, const RunPlan *plan,
                      const RunTable *table) {
  CutRequest request = {table->plan->request.filter, chunk_bytes(options, plan),
                        options->atomic ? ChunkBy::table : options->by, plain_columns(table->plan)};
  ErrorContextCallback callback = {error_context_stack, describe_cut, table->plan};
  error_context_stack = &callback;
  ChunkList chunks = cut_table(from, table->extent, &request);
  error_context_stack = callback.previous;
  store_table(run_id, table, &chunks);
}

static void tell_left(List *left) {
  ListCell *cell;
  foreach (cell, left) ereport(NOTICE, (errmsg("%s", static_cast<char *>(lfirst(cell)))));
}

static void set_keys_aside(int64 run_id, const RunPlan *plan) {
  take_over_set_aside(run_id, plan->trees);
  ListCell *cell;
  foreach (cell, plan->tables) {
    const SyncPlan *table = static_cast<RunTable *>(lfirst(cell))->plan;
    set_aside_triggers(run_id, table->firing_triggers);
  }
  if (plan->sets_keys_aside) tell_left(set_aside_foreign_keys(run_id, plan->trees));
}

// Indexes whose check is a trigger, which the run switches off: built again, they are checked. A list of run_table that
// rows are to come into.
static void refuse_unchecked(List *tables) {
  ListCell *cell;
  if (!may_switch_triggers_off()) return;
  foreach (cell, tables) {
    const SyncPlan *table = static_cast<RunTable *>(lfirst(cell))->plan;
    if (has_deferrable_index(table->tree))
      ereport(ERROR,
              (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
               errmsg("a deferrable constraint of %s is in place, and would not be checked", table->relation_name),
               errhint("A new run sets it aside and builds it again, unless other objects depend on it.")));
  }
}

void prepare_run(Source *from, int64 run_id, const RunOptions *options, const RunPlan *plan, Jsonb *parameters,
                 bool is_queued) {
  refuse_other_runs(run_id, plan);
  if (!is_queued) store_run(run_id, options->server, "running", parameters);
  ListCell *cell;
  foreach (cell, plan->tables) store_cut(from, run_id, options, plan, static_cast<RunTable *>(lfirst(cell)));
  if (may_switch_triggers_off()) switch_triggers_off();
  set_keys_aside(run_id, plan);
  empty_tables(plans_of(plan));
  tell_left(set_aside_indexes(run_id, plan->trees, !options->rebuild_indexes));
  refuse_unchecked(plan->tables);
  store_snapshot(run_id, plan->snapshot, false);
}

List *names_of_run(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  uint64 n = old_spi_run_as_owner("SELECT source_relation FROM confiture.run_table WHERE run_id = $1 ORDER BY relation",
                                  1, types, values);
  List *names = NIL;
  for (uint64 row = 0; row < n; row++) names = lappend(names, old_spi_text(row, 1));
  return names;
}

struct StoredTable {
  const char *state;
  const char *difference;  // nullptr: as it was
  bool has_done;           // chunks that are
  bool must_restart;       // what is done does not go together with what is left
};

static Datum partitions_of(const ChunkSource *table) {
  int n = list_length(table->partitions);
  Datum *names = static_cast<Datum *>(palloc(sizeof(Datum) * Max(n, 1)));
  ListCell *cell;
  foreach (cell, table->partitions)
    names[foreach_current_index(cell)] = CStringGetTextDatum(static_cast<ChunkSource *>(lfirst(cell))->qualified);
  return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

// Compares a table's shape with the one it had, column by column. Ranges of ctid mean other rows by now, and chunks of
// partitions are not the table any more when it has others.
static StoredTable compare_stored(int64 run_id, const RunTable *table) {
  const SyncPlan *plan = table->plan;
  Oid types[] = {INT8OID, OIDOID, TEXTOID, TEXTOID, TEXTARRAYOID};
  const char *filter = plan->request.filter;
  Datum values[] = {Int64GetDatum(run_id), ObjectIdGetDatum(plan->request.relation),
                    CStringGetTextDatum(shape_of(plan)), filter != nullptr ? CStringGetTextDatum(filter) : Datum(0),
                    partitions_of(table->extent)};
  uint64 n = old_spi_run_as_owner(
      "SELECT t.state, (SELECT string_agg(format('%s was %s, is %s', "
      "  quote_ident(key), coalesce(o.value, 'not there'), coalesce(n.value, 'not there')), '; ' ORDER BY key) "
      "  FROM jsonb_each_text(t.shape) o FULL JOIN jsonb_each_text($3::jsonb) n "
      "  USING (key) WHERE o.value IS DISTINCT FROM n.value), "
      "k.has_done, t.filter IS DISTINCT FROM $4, t.state <> 'done' AND (t.chunk_by = 'ctid' OR "
      "  NOT (k.relations <@ ARRAY[t.source_relation] OR k.relations <@ $5 AND k.relations @> $5)) "
      ", CASE WHEN t.state <> 'done' THEN (SELECT max(o.run_id) FROM confiture.run_table o WHERE o.run_id > $1 "
      "  AND coalesce(pg_partition_root(o.relation)::oid, o.relation) = "
      "      coalesce(pg_partition_root(t.relation)::oid, t.relation)) END "
      "FROM confiture.run_table t CROSS JOIN LATERAL (SELECT array_agg(DISTINCT source_relation) AS relations, "
      "  bool_or(state = 'done') AS has_done FROM confiture.chunk WHERE run_id = $1 AND relation = $2) k "
      "WHERE t.run_id = $1 AND t.relation = $2",
      5, types, values, filter != nullptr ? nullptr : "   n ");
  StoredTable stored = {};
  if (n == 0) {
    stored.difference = "was another table of that name";
    return stored;
  }
  bool is_null;
  stored.state = old_spi_text(0, 1);
  stored.difference = old_spi_text(0, 2);
  stored.has_done = DatumGetBool(old_spi_datum(0, 3, &is_null));
  if (stored.difference == nullptr && DatumGetBool(old_spi_datum(0, 4, &is_null)))
    stored.difference = "has another filter than before";
  int64 later = old_spi_int64(0, 6);
  if (stored.difference == nullptr && later > 0)
    stored.difference = psprintf("was synced by itself since, as run " INT64_FORMAT, later);
  stored.must_restart = DatumGetBool(old_spi_datum(0, 5, &is_null));
  return stored;
}

static void refuse_differences(int64 run_id, const RunPlan *plan, const StringInfoData *differences) {
  if (differences->len == 0 && list_length(names_of_run(run_id)) == list_length(plan->tables)) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("run " INT64_FORMAT " cannot be resumed: its tables changed since", run_id),
                  errdetail_internal("%s", differences->len > 0 ? differences->data : "A table is gone."),
                  errhint("Start a new run with CALL confiture.sync().")));
}

static void wait_again(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  old_spi_run_as_owner(
      "UPDATE confiture.run_table SET state = 'waiting', error = NULL WHERE run_id = $1 AND state = 'failed'", 1, types,
      values);
}

void prepare_resumed_run(Source *from, int64 run_id, const RunOptions *options, const RunPlan *plan) {
  refuse_other_runs(run_id, plan);
  // It may have been overtaken until then.
  RunRecord record = load_run(run_id);
  refuse_closed(&record);
  StringInfoData differences;
  initStringInfo(&differences);
  List *restarted = NIL, *unfinished = NIL;
  bool keeps_rows = false;
  ListCell *cell;
  foreach (cell, plan->tables) {
    RunTable *table = static_cast<RunTable *>(lfirst(cell));
    StoredTable stored = compare_stored(run_id, table);
    if (stored.difference != nullptr)
      appendStringInfo(&differences, "%s%s: %s.", differences.len > 0 ? "\n" : "", table->plan->relation_name,
                       stored.difference);
    else if (stored.must_restart)
      restarted = lappend(restarted, table);
    else
      keeps_rows |= stored.has_done;
    if (stored.difference == nullptr && strcmp(stored.state, "done") != 0) unfinished = lappend(unfinished, table);
  }
  refuse_differences(run_id, plan, &differences);
  wait_again(run_id);
  retry_failed(run_id);
  if (may_switch_triggers_off()) switch_triggers_off();
  // Somebody may have called confiture.restore_indexes() since.
  set_keys_aside(run_id, plan);
  refuse_unchecked(unfinished);
  List *to_empty = NIL;
  foreach (cell, restarted) {
    RunTable *table = static_cast<RunTable *>(lfirst(cell));
    to_empty = lappend(to_empty, table->plan);
    store_cut(from, run_id, options, plan, table);
  }
  if (to_empty != NIL) empty_tables(to_empty);
  store_snapshot(run_id, plan->snapshot, keeps_rows && unfinished != NIL);
}

}  // namespace confiture

#include "run/prepare.h"

#include "load/progress.h"
#include "pg/list.h"
#include "pg/patient_lock.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/foreign_keys.h"
#include "plan/summary.h"
#include "record/open_runs.h"
#include "record/run_store.h"
#include "run/empty_tables.h"
#include "run/queue.h"
#include "run/subset.h"
#include "set_aside/restore.h"
#include "set_aside/set_aside.h"

namespace confiture {

static List *plans_of(List *tables) {
  List *plans = NIL;
  for (const RunTable *table : each<RunTable>(tables)) plans = append(plans, table->plan);
  return plans;
}

static bool is_distributed(const RunPlan *plan) {
  for (const RunTable *table : each<RunTable>(plan->tables))
    if (table->plan->source->is_distributed) return true;
  return false;
}

static void refuse_other_runs(int64 run_id, const RunPlan *plan) {
  // One at a time: two runs that start together would not see each other.
  LockDatabaseObject(RelationRelationId, own_relation("run"), 0, ExclusiveLock);
  refuse_open_runs(run_id, plan->trees, true);
}

// The bounds of chunks are stored here: no value of a masked column may be among them.
static List *plain_columns(const SyncPlan *plan) {
  List *names = NIL;
  for (const PlanColumn *column : each<PlanColumn>(plan->columns))
    if (column->action == ColumnAction::pass) names = append(names, column->name);
  return names;
}

// Less is copied before another process has started and connected.
static constexpr int64 min_work = 16 * 1024 * 1024;

// What a table costs without any rows, as if it were rows.
static constexpr int64 table_work = 256 * 1024;

// A view or foreign table does not say how much it is.
static int64 work_for(const ChunkSource *table) {
  bool says_size = table->kind != RELKIND_VIEW && table->kind != RELKIND_FOREIGN_TABLE;
  return says_size ? Max(table->bytes, table_work) : min_work;
}

int fitting_jobs(const RunOptions *options, const RunPlan *plan) {
  static constexpr int most = 2;
  if (options->jobs > 0) return options->jobs;
  int64 work = 0;
  for (const RunTable *table : each<RunTable>(plan->tables)) work += work_for(table->extent);
  return work > min_work ? most : 1;
}

// A run of few chunks ends with one job working and the others waiting: at least eight for each job, but not for a few
// rows each.
static int64 chunk_bytes(const RunOptions *options, const RunPlan *plan) {
  int64 total = 0;
  for (const RunTable *table : each<RunTable>(plan->tables)) total += table->extent->bytes;
  return Min(options->chunk_bytes, Max(total / (8 * fitting_jobs(options, plan)), min_work));
}

// The source's errors about rows it read for this do not name the table.
static void describe_cut(void *arg) {
  errcontext("cutting %s into chunks", static_cast<const SyncPlan *>(arg)->source->qualified);
}

static void cut_and_store(Source *source, int64 run_id, const RunOptions *options, int64 chunk_bytes, Subset *subset,
                          const RunTable *table) {
  if (table->share != nullptr && !table->share->is_whole) {
    ChunkList chosen = cut_subset(subset, table->share, chunk_bytes);
    return store_table(run_id, table, &chosen);
  }
  CutRequest request = {
      .filter = table->plan->request.filter,
      .reads = conditions_of(table->plan),
      .chunk_bytes = chunk_bytes,
      .wanted = options->atomic ? ChunkBy::table : options->by,
      .plain_columns = plain_columns(table->plan),
  };
  ErrorContextCallback callback = {error_context_stack, describe_cut, table->plan};
  error_context_stack = &callback;
  ChunkList chunks = cut_table(source, table->extent, &request);
  error_context_stack = callback.previous;
  store_table(run_id, table, &chunks);
}

// The trees of tables whose rows an extension keeps are left out: so are their indexes.
static List *trees_of_heaps(const RunPlan *plan) {
  List *trees = NIL;
  for (const RunTable *table : each<RunTable>(plan->tables))
    if (table->plan->loader != Loader::insert) trees = list_concat(trees, table->plan->tree);
  return trees;
}

static void report_left(List *left) {
  for (const char *reason : each_text(left)) ereport(NOTICE, (errmsg("%s", reason)));
}

// An upsert that takes nothing off its tables lets readers go on.
static LOCKMODE lock_for(const RunOptions *options, const RunPlan *plan) {
  bool takes_off = plan->keys_aside != NIL || has_deferrable_index(plan->trees);
  return options->mode == LoadMode::replace || takes_off ? AccessExclusiveLock : ShareRowExclusiveLock;
}

// All locks that emptying the tables (RunTable *) and taking foreign keys off takes: later none of these is waited for.
static void lock_targets(const Source *source, int64 run_id, const RunOptions *options, const RunPlan *plan,
                         List *tables) {
  List *relations = NIL;
  for (const RunTable *table : each<RunTable>(tables))
    relations = lappend_oid(relations, table->plan->request.relation);
  for (const ForeignKey *key : each<ForeignKey>(plan->keys_aside))
    relations = lappend_oid(lappend_oid(relations, key->referencing), key->referenced);
  list_sort(relations, list_oid_cmp);  // as others that wait for several, so that neither waits for the other
  list_deduplicate_oid(relations);
  lock_patiently(relations, lock_for(options, plan), [&] { show_preparing_run(run_id, source->server_oid); });
}

static void set_keys_aside(int64 run_id, const RunPlan *plan) {
  reach_shards_in_turn();
  take_over_set_aside(run_id, plan->trees);
  for (const RunTable *table : each<RunTable>(plan->tables)) set_aside_triggers(run_id, table->plan->firing_triggers);
  List *keys = NIL;
  for (const ForeignKey *key : each<ForeignKey>(plan->keys_aside)) keys = lappend_oid(keys, key->oid);
  if (keys != NIL) report_left(set_aside_foreign_keys(run_id, keys));
}

// Refuses indexes whose check is a trigger, which the run switches off: built again, they are checked. `tables` are
// the RunTable * that rows are loaded into.
static void refuse_unchecked(List *tables) {
  if (!may_switch_triggers_off()) return;
  for (const RunTable *table : each<RunTable>(tables))
    if (table->plan->engine == nullptr && has_deferrable_index(table->plan->tree))
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                      errmsg("a deferrable constraint of %s is in place, and would not be checked",
                             table->plan->relation_name),
                      errhint("A new run sets it aside and builds it again, unless other objects depend on it.")));
}

void prepare_run(Source *source, int64 run_id, const RunOptions *options, const RunPlan *plan, Jsonb *parameters,
                 bool is_queued) {
  refuse_other_runs(run_id, plan);
  if (!is_queued) store_run(run_id, options->server, "running", parameters);
  int64 size = chunk_bytes(options, plan);
  for (const RunTable *table : each<RunTable>(plan->tables))
    cut_and_store(source, run_id, options, size, plan->subset, table);
  lock_targets(source, run_id, options, plan, plan->tables);
  set_keys_aside(run_id, plan);
  if (options->mode == LoadMode::replace) empty_tables(plans_of(plan->tables), plan->foreign_keys, options->atomic);
  report_left(set_aside_indexes(run_id, trees_of_heaps(plan), !options->rebuild_indexes));
  refuse_unchecked(plan->tables);
  store_snapshot(run_id, plan->snapshot, false, is_distributed(plan));
}

// ---------------------------------------------------------------------------------------------------------------
// Again

struct StoredTable {
  const char *state;
  const char *difference;  // nullptr: as it was
  bool has_done;           // chunks that are
  bool must_restart;       // what is done does not go together with what is left
};

// Compares a table's shape with the one it had, column by column. Ranges of ctid mean other rows by now, chunks of
// partitions no longer make up the table when it has others, and the rows of another table of that name are not those
// that came before.
static StoredTable compare_stored(int64 run_id, const RunTable *table) {
  const SyncPlan *plan = table->plan;
  List *partitions = NIL, *names = NIL, *oids = NIL;
  for (const ChunkSource *partition : each<ChunkSource>(table->extent->partitions)) {
    partitions = append(partitions, partition->qualified);
    names = append(names, partition->qualified);
    oids = lappend_oid(oids, static_cast<Oid>(strtoul(partition->oid, nullptr, 10)));
  }
  names = append(names, plan->source->qualified);
  oids = lappend_oid(oids, plan->source->oid);
  Rows rows = spi_run_as_owner(R"(
      SELECT t.state,
        (SELECT string_agg(format('%s was %s, is %s', quote_ident(key), coalesce(o.value, 'not there'),
             coalesce(n.value, 'not there')), '; ' ORDER BY key)
         FROM jsonb_each_text(t.shape) o
         FULL JOIN jsonb_each_text($3::jsonb) n USING (key)
         WHERE o.value IS DISTINCT FROM n.value),
        t.filter IS DISTINCT FROM $4,
        CASE WHEN t.state <> 'done' THEN (
          SELECT max(o.run_id)
          FROM confiture.run_table o
          WHERE o.run_id > $1
            AND coalesce(pg_partition_root(o.relation)::oid, o.relation)
              = coalesce(pg_partition_root(t.relation)::oid, t.relation)) END,
        k.has_done,
        t.state <> 'done' AND (t.chunk_by = 'ctid'
          OR NOT (k.relations <@ ARRAY[t.source_relation] OR k.relations <@ $5 AND k.relations @> $5)
          OR k.has_others),
        t.subset_digest IS DISTINCT FROM $8
      FROM confiture.run_table t
      CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT k.source_relation) AS relations, bool_or(k.state = 'done') AS has_done,
          coalesce(bool_or(now.oid <> k.source_oid), false) AS has_others
        FROM confiture.chunk k
        LEFT JOIN ROWS FROM (unnest($6), unnest($7)) now(name, oid) ON now.name = k.source_relation
        WHERE k.run_id = $1 AND k.relation = $2) k
      WHERE t.run_id = $1 AND t.relation = $2)",
                               {arg(run_id), arg(plan->request.relation), arg(shape_as_json(plan)),
                                arg(plan->request.filter), arg_texts(partitions), arg_texts(names), arg_oids(oids),
                                arg(table->share != nullptr ? table->share->digest : nullptr)});
  StoredTable stored = {};
  if (rows.is_empty()) {
    stored.difference = "was another table of that name";
    return stored;
  }
  Row row = rows.first();
  stored.state = row.next<const char *>();
  stored.difference = row.next<const char *>();
  bool has_other_filter = row.next<bool>();
  int64 later_run = row.next<int64>();
  if (stored.difference == nullptr && has_other_filter) stored.difference = "has another filter than before";
  if (stored.difference == nullptr && later_run > 0)
    stored.difference = psprintf("was synced by itself since, as run " INT64_FORMAT, later_run);
  stored.has_done = row.next<bool>();
  stored.must_restart = row.next<bool>();
  // Another set of rows, or others in their places.
  if (row.next<bool>()) stored.must_restart = true;
  if (stored.must_restart) stored.state = "waiting";
  return stored;
}

static void add_difference(StringInfo differences, const char *table, const char *difference) {
  appendStringInfo(differences, "%s%s: %s.", differences->len > 0 ? "\n" : "", table, difference);
}

static void add_missing(int64 run_id, const RunPlan *plan, StringInfo differences) {
  List *planned = NIL;
  for (const RunTable *table : each<RunTable>(plan->tables)) planned = append(planned, table->plan->source->qualified);
  for (Row row :
       spi_run("SELECT n FROM unnest($1) n WHERE n <> ALL ($2)", {arg_texts(names_of_run(run_id)), arg_texts(planned)}))
    add_difference(differences, row.next<const char *>(), "the table is gone from the source");
}

static void refuse_differences(int64 run_id, const StringInfoData *differences) {
  if (differences->len == 0) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("run " INT64_FORMAT " cannot be resumed: its tables changed since", run_id),
                  errdetail_internal("%s", differences->data), errhint("Start a new run with CALL confiture.sync().")));
}

void prepare_resumed_run(Source *source, int64 run_id, const RunOptions *options, const RunPlan *plan) {
  refuse_other_runs(run_id, plan);
  // Another run may have superseded it before the lock was had.
  RunRecord record = load_run(run_id);
  refuse_closed(&record);
  StringInfoData differences;
  initStringInfo(&differences);
  List *restarted = NIL, *unfinished = NIL;
  bool keeps_rows = false;
  for (const RunTable *table : each<RunTable>(plan->tables)) {
    StoredTable stored = compare_stored(run_id, table);
    if (stored.difference != nullptr)
      add_difference(&differences, table->plan->relation_name, stored.difference);
    else if (stored.must_restart)
      restarted = append(restarted, table);
    else
      keeps_rows |= stored.has_done;
    if (stored.difference == nullptr && strcmp(stored.state, "done") != 0) unfinished = append(unfinished, table);
  }
  add_missing(run_id, plan, &differences);
  refuse_differences(run_id, &differences);
  retry_failed_tables(run_id);
  retry_failed(run_id);
  lock_targets(source, run_id, options, plan, restarted);
  // confiture.restore_indexes() may have put them back since.
  set_keys_aside(run_id, plan);
  refuse_unchecked(unfinished);
  int64 size = chunk_bytes(options, plan);
  for (const RunTable *table : each<RunTable>(restarted)) {
    forget_table(run_id, table->plan->request.relation);
    cut_and_store(source, run_id, options, size, plan->subset, table);
  }
  if (restarted != NIL && options->mode == LoadMode::replace)
    empty_tables(plans_of(restarted), plan->foreign_keys, options->atomic);
  store_snapshot(run_id, plan->snapshot, keeps_rows && unfinished != NIL, is_distributed(plan));
}

}  // namespace confiture

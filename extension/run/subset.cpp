#include "run/subset.h"

#include "pg/core_error.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "source/copy.h"
#include "source/error.h"

namespace confiture {

// Rows whose references are followed with one statement: many enough for a hash join, and few enough for its text.
static constexpr size_t batch_rows = 50000;
// From so many rows on a table of which nearly all are chosen is copied whole: without their positions.
static constexpr int64 least_whole_rows = 10000;

static const char *name_of(const SubsetTable *table) { return table->table->plan->source->qualified; }

static int64 rows_of(const Subset *subset, const SubsetTable *table) {
  int64 rows = 0;
  for (const SubsetLeaf *leaf : each<SubsetLeaf>(table->leaves))
    rows += static_cast<int64>(wall::row_sets_size(subset->sets, leaf->number));
  return rows;
}

// ---- statements

[[noreturn]] static void raise_full(const Subset *subset, const SubsetTable *arriving, const SubsetKey *key) {
  const SubsetTable *largest = arriving;
  for (const SubsetTable *table : each<SubsetTable>(subset->tables))
    if (rows_of(subset, table) > rows_of(subset, largest)) largest = table;
  ereport(
      ERROR,
      (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
       errmsg("the rows of the subset take more than confiture.subset_memory, which is %d kB", subset_memory_kb()),
       errdetail("Most of them are of %s, " INT64_FORMAT " so far. Rows of %s were arriving%s%s.", name_of(largest),
                 rows_of(subset, largest), name_of(arriving), key != nullptr ? " by " : "",
                 key != nullptr ? key->name : ""),
       errhint("Choose fewer seeds, keep the subset from following a reference with confiture.set_follow(), or raise "
               "the setting.")));
}

static void check(const Subset *subset, const SubsetTable *arriving, const SubsetKey *key, bool is_done,
                  const wall::Status *status) {
  if (is_done) return;
  if (status->code == wall::Code::limit_exceeded) raise_full(subset, arriving, key);
  if (status->code == wall::Code::malformed_stream)
    raise_no_postgresql(subset->source, "It sends positions of other rows than it was asked for.");
  raise(status);
}

// Returns the step's number.
static size_t record_step(Subset *subset, const SubsetStep *step) {
  if (!subset->is_recorded) return 0;
  MemoryContext outer = MemoryContextSwitchTo(subset->context);
  subset->steps =
      append(subset->steps, make<SubsetStep>({step->key, step->to_parents, step->followed, step->leaf, nullptr}));
  MemoryContextSwitchTo(outer);
  return list_length(subset->steps) - 1;
}

void read_positions(const Subset *subset, const SubsetTable *arriving, const SubsetKey *key, const char *sql,
                    Callback<bool(wall::Status *)> begin) {
  const CopyRequest request = {.sql = sql, .is_view = true, .binary = true, .n_columns = 3};
  source_start_copy(subset->source, &request);
  wall::Status status;
  check(subset, arriving, key, begin(&status), &status);
  for (;;) {
    const char *message;
    uint64 rows;
    int size = source_copy_message(subset->source, &message, true, &rows);
    if (size < 0) break;
    CHECK_FOR_INTERRUPTS();
    check(subset, arriving, key, wall::row_sets_feed(subset->sets, message, size, &status), &status);
  }
  check(subset, arriving, key, wall::row_sets_finish(subset->sets, &status), &status);
}

// Takes the rows of `arriving` that a COPY of positions sends. `via`: the number of the key that they reference a
// chosen row by, 0: none. Returns how many of them are new.
static int64 take_rows(Subset *subset, SubsetTable *arriving, const SubsetStep *step, const char *sql, size_t via) {
  const SubsetKey *key = step->key;
  CHECK_FOR_INTERRUPTS();
  pgstat_report_activity(STATE_RUNNING, psprintf("confiture: choosing rows of %s%s%s", name_of(arriving),
                                                 key != nullptr ? " by " : "", key != nullptr ? key->name : ""));
  int64 before = rows_of(subset, arriving);
  size_t number = record_step(subset, step);
  read_positions(subset, arriving, key, sql, [&](wall::Status *status) {
    return wall::row_sets_begin(subset->sets, arriving->number, step->followed, via, number, status);
  });
  subset->statements++;
  subset->memory = Max(subset->memory, wall::row_sets_memory(subset->sets));
  return rows_of(subset, arriving) - before;
}

static void take_step(Subset *subset, SubsetKey *key, bool to_parents, bool followed, const SubsetLeaf *leaf,
                      const char *positions) {
  SubsetTable *arriving = to_parents ? key->parent : key->child;
  if (arriving->is_whole) return;  // what they bring along came with the table
  const SubsetStep step = {key, to_parents, followed, leaf, positions};
  int64 *count = to_parents ? &key->parents : &key->children;
  *count += take_rows(subset, arriving, &step, step_statement(subset, &step),
                      !to_parents && key->is_unique ? key->number : 0);
}

// ---- rounds

static bool is_of(const SubsetLeaf *leaf, List *leaves) {
  return leaves == NIL || list_member_oid(leaves, static_cast<Oid>(strtoul(leaf->extent->oid, nullptr, 10)));
}

// What the rows reference by the key that brought them is chosen: that is how they came.
static void follow_batch(Subset *subset, const SubsetLeaf *leaf, bool followed, const char *positions, size_t via) {
  for (SubsetKey *key : each<SubsetKey>(subset->keys)) {
    if (!followed && key->number != via && key->child == leaf->table && is_of(leaf, key->source->referencing_leaves))
      take_step(subset, key, true, false, leaf, positions);
    if (key->parent != leaf->table || !is_of(leaf, key->source->referenced_leaves)) continue;
    if (key->policy == FollowPolicy::always || (followed && key->policy == FollowPolicy::by_default))
      take_step(subset, key, false, followed, leaf, positions);
  }
}

// Follows what has arrived at one leaf. False: nothing has.
static bool follow_leaf(Subset *subset, const SubsetLeaf *leaf, bool followed, MemoryContext context) {
  bool has_any = false;
  while (wall::row_sets_has_pending(subset->sets, leaf->number, followed)) {
    has_any = true;
    MemoryContext outer = MemoryContextSwitchTo(context);
    const char *text;
    size_t via;
    wall::Status status;
    if (!wall::row_sets_batch(subset->sets, leaf->number, followed, batch_rows, &text, &via, &status)) raise(&status);
    follow_batch(subset, leaf, followed, pstrdup(text), via);
    MemoryContextSwitchTo(outer);
    MemoryContextReset(context);
  }
  return has_any;
}

static void follow_until_none_is_new(Subset *subset, MemoryContext context) {
  for (bool has_any = true; has_any;) {
    has_any = false;
    for (const SubsetLeaf *leaf : each<SubsetLeaf>(subset->leaves)) {
      has_any |= follow_leaf(subset, leaf, false, context);
      has_any |= follow_leaf(subset, leaf, true, context);
    }
    subset->rounds += has_any;
  }
}

// Follows all rows of a table at once.
static void follow_whole(Subset *subset, const SubsetTable *table, bool followed) {
  for (SubsetKey *key : each<SubsetKey>(subset->keys)) {
    if (key->child == table) take_step(subset, key, true, false, nullptr, nullptr);
    if (key->parent == table &&
        (key->policy == FollowPolicy::always || (followed && key->policy == FollowPolicy::by_default)))
      take_step(subset, key, false, followed, nullptr, nullptr);
  }
}

// ---- whole tables

static bool is_limited(const Seed *seed) {
  return seed->condition != nullptr || seed->rows > 0 || (seed->percent > 0 && seed->percent < 100);
}

// Before the first round: those of which the references alone tell it.
static void choose_whole_tables(Subset *subset) {
  for (SubsetTable *table : each<SubsetTable>(subset->tables)) {
    bool is_unreached = !table->is_reached && !table->is_left_out;
    table->is_whole = (table->seed != nullptr && !is_limited(table->seed)) ||
                      (is_unreached && subset->copies_unreached) || (table->is_reached && table->leaves == NIL);
    if (table->is_whole && table->seed != nullptr && is_limited(table->seed))
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("a subset cannot start with some rows of %s", name_of(table)),
                      errdetail("Its rows are not all in ordinary tables that the source's role may read."),
                      errhint("Make all of its rows the seed, or let the subset start with another table.")));
  }
}

// A table of which nearly all rows are chosen is copied whole, and so is what the rest of its rows reference.
static bool complete_tables(Subset *subset) {
  bool has_any = false;
  for (SubsetTable *table : each<SubsetTable>(subset->tables)) {
    int64 rows = rows_of(subset, table);
    if (table->is_whole || rows < least_whole_rows || rows < 0.9 * table->table->plan->source->estimated_rows ||
        table->table->plan->source->estimated_rows <= 0)
      continue;
    table->is_whole = table->is_nearly_all = has_any = true;
    for (const SubsetLeaf *leaf : each<SubsetLeaf>(table->leaves)) wall::row_sets_forget(subset->sets, leaf->number);
    follow_whole(subset, table, false);
  }
  return has_any;
}

// ---- all

static void refuse_objection(const Subset *subset, const SubsetTable *table, const char *query) {
  const char *objection = source_objection(subset->source, query, false);
  if (objection != nullptr)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the source does not take the seed of %s: %s", name_of(table), objection)));
}

static void plant_seed(Subset *subset, SubsetTable *table) {
  const char *query = seed_query(subset, table);
  refuse_objection(subset, table, query);
  const SubsetStep step = {nullptr, false, true, nullptr, nullptr};
  table->seed_rows = take_rows(subset, table, &step, copy_positions(query), 0);
}

static void settle_table(const Subset *subset, SubsetTable *table) {
  if (table->is_whole) {
    table->rows = static_cast<int64>(table->table->plan->source->estimated_rows);
    return;
  }
  table->rows = rows_of(subset, table);
  uint64 digest = 0;
  for (const SubsetLeaf *leaf : each<SubsetLeaf>(table->leaves))
    digest += wall::row_sets_digest(subset->sets, leaf->number);
  table->digest = psprintf(UINT64_FORMAT ":" INT64_FORMAT, digest, table->rows);
}

Subset *choose_subset(Source *source, const RunOptions *options, RunPlan *plan, bool is_recorded) {
  Subset *subset = make_subset(source, options, plan);
  if (subset == nullptr) return nullptr;
  subset->is_recorded = is_recorded;
  if (is_recorded) wall::row_sets_record_arrivals(subset->sets);
  MemoryContext batch = AllocSetContextCreate(CurrentMemoryContext, "confiture batch", ALLOCSET_DEFAULT_SIZES);
  choose_whole_tables(subset);
  prefer_positions(source);
  for (SubsetTable *table : each<SubsetTable>(subset->tables)) {
    if (table->is_whole)
      follow_whole(subset, table, table->is_followed);
    else if (table->seed != nullptr)
      plant_seed(subset, table);
  }
  do follow_until_none_is_new(subset, batch);
  while (complete_tables(subset));
  for (SubsetTable *table : each<SubsetTable>(subset->tables)) settle_table(subset, table);
  MemoryContextDelete(batch);
  return subset;
}

void release_sets(Subset *subset) {
  if (subset == nullptr) return;
  subset->sets = nullptr;
  MemoryContextDelete(subset->context);
}

// ---- chunks

// Of so many rows at least, so that tables of short rows have few, and at most, since they are written out in SQL.
static constexpr double least_chunk_rows = 5000, most_chunk_rows = 100000;
static constexpr double most_chunks = 2000;

ChunkList cut_subset(Subset *subset, const SubsetTable *table, int64 chunk_bytes) {
  const ChunkSource *extent = table->table->extent;
  ChunkList result = {ChunkBy::ctid, NIL};
  double all_rows = Max(table->table->plan->source->estimated_rows, static_cast<double>(table->rows));
  double row_bytes = static_cast<double>(extent->bytes) / Max(all_rows, 1);
  double rows = Max(Min(static_cast<double>(chunk_bytes) / Max(row_bytes, 1), most_chunk_rows), least_chunk_rows);
  size_t most = static_cast<size_t>(Max(rows, static_cast<double>(table->rows) / most_chunks + 1));
  for (const SubsetLeaf *leaf : each<SubsetLeaf>(table->leaves)) {
    for (;;) {
      const char *packed;
      size_t size, count;
      wall::Status status;
      if (!wall::row_sets_slice(subset->sets, leaf->number, most, &packed, &size, &count, &status)) raise(&status);
      if (count == 0) break;
      bytea *positions = static_cast<bytea *>(palloc(size + VARHDRSZ));
      SET_VARSIZE(positions, size + VARHDRSZ);
      memcpy(VARDATA(positions), packed, size);
      result.chunks =
          append(result.chunks, make<Chunk>({.source_relation = leaf->extent->qualified,
                                             .source_oid = static_cast<Oid>(strtoul(leaf->extent->oid, nullptr, 10)),
                                             .condition = nullptr,
                                             .bytes = static_cast<int64>(row_bytes * static_cast<double>(count)),
                                             .positions = positions}));
    }
    wall::row_sets_forget(subset->sets, leaf->number);
  }
  if (result.chunks == NIL)
    result.chunks = append(result.chunks, make<Chunk>({.source_relation = extent->qualified,
                                                       .source_oid = table->table->plan->source->oid,
                                                       .condition = "false",
                                                       .bytes = 0,
                                                       .positions = nullptr}));
  return result;
}

}  // namespace confiture

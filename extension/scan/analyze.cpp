// ANALYZE of a foreign table: a sample of its rows as a query sees them, so that statistics hold masked values only.
#include "pg/memory.h"
#include "scan/reader.h"
#include "scan/scan.h"

namespace confiture {

// So many more rows are asked for than are kept: blocks of the source hold more or fewer.
static constexpr double reserve = 2;

static bool has_generated_column(Relation relation) {
  TupleDesc columns = RelationGetDescr(relation);
  for (int i = 0; i < columns->natts; i++)
    if (TupleDescAttr(columns, i)->attgenerated != '\0') return true;
  return false;
}

static const ScanPlan *plan_of(Relation relation) {
  return scan_plan(RelationGetRelid(relation), relation->rd_rel->relowner);
}

static Bitmapset *all_columns(const ScanPlan *plan) { return bms_add_range(nullptr, 1, plan->n_columns); }

// In percent of the source's rows; nullptr: all of them.
static const char *sample_of(const ScanPlan *plan, int wanted) {
  double percent = 100 * reserve * wanted / Max(plan->estimated_rows, 1);
  bool has_blocks = strchr("rpm", plan->transfer->source_kind) != nullptr;
  return has_blocks && percent < 100 ? psprintf("SYSTEM (%g)", percent) : nullptr;
}

// Keeps `wanted` of all rows, each with the same chance (Vitter's algorithm R).
static int keep_some(ScanReader *reader, Relation relation, HeapTuple *rows, int wanted, double *seen) {
  TupleDesc columns = RelationGetDescr(relation);
  Datum *values = make_array<Datum>(columns->natts);
  bool *nulls = make_array<bool>(columns->natts);
  MemoryContext caller = CurrentMemoryContext;
  MemoryContext row = AllocSetContextCreate(caller, "confiture sampled row", ALLOCSET_DEFAULT_SIZES);
  int kept = 0;
  for (*seen = 0;; (*seen)++) {
    MemoryContextReset(row);
    MemoryContextSwitchTo(row);
    bool found = read_row(reader, values, nulls);
    MemoryContextSwitchTo(caller);
    if (!found) break;
    int place = kept < wanted ? kept++ : static_cast<int>(pg_prng_double(&pg_global_prng_state) * (*seen + 1));
    if (place >= wanted) continue;
    if (rows[place] != nullptr) heap_freetuple(rows[place]);
    rows[place] = heap_form_tuple(columns, values, nulls);
  }
  MemoryContextDelete(row);
  return kept;
}

static int acquire_sample(Relation relation, int, HeapTuple *rows, int wanted, double *total, double *dead) {
  const ScanPlan *plan = plan_of(relation);
  ScanReader *reader = make_reader(plan, relation, all_columns(plan));
  const Slice slice = {.relation = nullptr, .condition = nullptr, .limit = -1, .sample = sample_of(plan, wanted)};
  memset(rows, 0, sizeof(HeapTuple) * wanted);
  start_reader(reader, &slice);
  double seen;
  int kept = keep_some(reader, relation, rows, wanted, &seen);
  stop_reader(reader);
  *total = slice.sample != nullptr ? plan->estimated_rows : seen;
  *dead = 0;
  return kept;
}

// One with a column that is generated here is not analyzed: its values are not those that are read.
bool analyze_foreign_table(Relation relation, AcquireSampleRowsFunc *acquire, BlockNumber *pages) {
  if (has_generated_column(relation)) return false;
  constexpr double rows_of_page = 50;
  *acquire = acquire_sample;
  *pages = static_cast<BlockNumber>(Max(plan_of(relation)->estimated_rows, 0) / rows_of_page) + 1;
  return true;
}

}  // namespace confiture

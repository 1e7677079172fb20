// The part of the plan of a run about mode upsert: is a row of the source always the same row here, and never two?
#include "pg/list.h"
#include "pg/memory.h"
#include "run/plan.h"
#include "scan/shippable.h"

namespace confiture {

// May values that differ on the source be equal here? A type that would lose something is refused, and a mask that
// could.
static bool may_meet(const SyncPlan *plan, const PlanColumn *column) {
  if (column->action != ColumnAction::pass) return false;
  Oid type, collation;
  int32 typmod;
  get_atttypetypmodcoll(plan->request.relation, column->number, &type, &typmod, &collation);
  bool is_loose_here = OidIsValid(collation) && !get_collation_isdeterministic(collation);
  if (is_loose_here && !column->source->is_nondeterministic) return true;
  const char *name = bare_type_name(getBaseType(type));
  bool ignores_something = strcmp(name, "bpchar") == 0 || strcmp(name, "citext") == 0;
  return ignores_something && strcmp(name, column->source->base_name) != 0;
}

static bool is_key_here(const SyncPlan *plan, const KeyColumn *of_source) {
  for (const char *name : each_text(plan->key_columns)) {
    const PlanColumn *column = find_column(plan, name);
    if (column->source != nullptr && strcmp(column->source->name, of_source->name) == 0) return !may_meet(plan, column);
  }
  return false;
}

// Two rows of one key would be refused in one chunk; of two chunks the later one would take the place of the other.
static bool has_distinct_keys(const RunTable *table) {
  for (const KeyColumn *column : each<KeyColumn>(table->extent->key))
    if (!is_key_here(table->plan, column)) return false;
  return table->extent->key != NIL;
}

void plan_upsert(RunPlan *plan) {
  for (const RunTable *table : each<RunTable>(plan->tables))
    if (table->plan->problems == NIL && !has_distinct_keys(table))
      add_problem(table->plan, nullptr,
                  "no primary key of the source keeps the values of its primary key here distinct, so that two chunks "
                  "could have rows of one key",
                  "-- exclude it, and load it with confiture.sync_table()");
  check_kept_keys(plans_of(plan));
}

}  // namespace confiture

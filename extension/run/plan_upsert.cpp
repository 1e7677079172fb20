// The part of the plan of a run about mode upsert: is a row of the source always the same row here, and never two?
#include "pg/list.h"
#include "pg/masking_key.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/summary.h"
#include "run/plan.h"
#include "scan/shippable.h"

namespace confiture {

// ---- in one run

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

// ---- from one run to the next

// Where the primary key was masked otherwise when the table was loaded last, an upsert would find none of its rows.
static const char changed_keys_query[] = R"(
    SELECT k.number, l.run_id
    FROM unnest($1) WITH ORDINALITY k(relation, number)
    JOIN unnest($2, $3, $4, $5) WITH ORDINALITY n(name, is_keyed, columns, shape, number) USING (number)
    JOIN (
      SELECT DISTINCT ON (t.relation) t.relation, t.run_id, t.columns, t.shape, r.key_id
      FROM confiture.run_table t
      JOIN confiture.run r USING (run_id)
      WHERE t.relation = ANY ($1)
      ORDER BY t.relation, t.run_id DESC) l USING (relation)
    WHERE l.columns ->> n.name <> n.columns::jsonb ->> n.name
      OR n.columns::jsonb ->> n.name <> 'pass' AND l.shape ->> n.name IS DISTINCT FROM n.shape::jsonb ->> n.name
      OR n.is_keyed = 'yes' AND l.key_id <> $6
    )";

static bool is_keyed(const PlanColumn *column) {
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    if (is_keyed(planned)) return true;
  return column->strategy != nullptr && column->strategy->keyed;
}

static void refuse_changed_keys(const RunPlan *plan) {
  List *plans = NIL, *relations = NIL, *names = NIL, *keyed = NIL, *columns = NIL, *shapes = NIL;
  for (SyncPlan *table : each<SyncPlan>(plans_of(plan))) {
    const char *treatment = columns_as_json(table), *shape = shape_as_json(table);
    for (const char *name : each_text(table->key_columns)) {
      plans = append(plans, table);
      relations = lappend_oid(relations, table->request.relation);
      names = append(names, name);
      keyed = append(keyed, is_keyed(find_column(table, name)) ? "yes" : "no");
      columns = append(columns, treatment);
      shapes = append(shapes, shape);
    }
  }
  for (Row row : spi_run_as_owner(changed_keys_query, {arg_oids(relations), arg_texts(names), arg_texts(keyed),
                                                       arg_texts(columns), arg_texts(shapes), arg(masking_key_id())})) {
    int number = static_cast<int>(row.next<int64>()) - 1;
    add_problem(
        static_cast<SyncPlan *>(list_nth(plans, number)), static_cast<char *>(list_nth(names, number)),
        psprintf("is part of the primary key, and was masked with another key or rule when the table was loaded "
                 "last, as run " INT64_FORMAT ": mode upsert would not find the rows that are there",
                 row.next<int64>()),
        "-- load the table once in mode replace");
  }
}

void plan_upsert(RunPlan *plan) {
  for (const RunTable *table : each<RunTable>(plan->tables))
    if (table->plan->problems == NIL && !has_distinct_keys(table))
      add_problem(table->plan, nullptr,
                  "no primary key of the source keeps the values of its primary key here distinct, so that two chunks "
                  "could have rows of one key",
                  "-- exclude it, and load it with confiture.sync_table()");
  refuse_changed_keys(plan);
}

}  // namespace confiture

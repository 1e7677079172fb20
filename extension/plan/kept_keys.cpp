// Mode upsert from one load to the next: does a row still have the primary key that it was given?
#include "pg/list.h"
#include "pg/masking_key.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/plan.h"
#include "plan/summary.h"

namespace confiture {

// Where the primary key was masked otherwise when the table was loaded last, an upsert would find none of its rows.
static const char changed_keys_query[] = R"(
    SELECT k.number, l.run_id
    FROM unnest($1) WITH ORDINALITY k(relation, number)
    JOIN unnest($2, $3, $4, $5) WITH ORDINALITY n(name, is_keyed, columns, shape, number) USING (number)
    CROSS JOIN LATERAL (
      SELECT t.run_id, t.columns, t.shape, r.key_id
      FROM confiture.run_table t
      JOIN confiture.run r USING (run_id)
      WHERE t.relation = k.relation
      ORDER BY t.run_id DESC
      LIMIT 1) l
    WHERE l.columns ->> n.name <> n.columns::jsonb ->> n.name
      OR n.columns::jsonb ->> n.name <> 'pass' AND l.shape ->> n.name IS DISTINCT FROM n.shape::jsonb ->> n.name
      OR n.is_keyed = 'yes' AND l.key_id <> $6
    )";

static bool is_keyed(const PlanColumn *column) {
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    if (is_keyed(planned)) return true;
  return column->strategy != nullptr && column->strategy->keyed;
}

void check_kept_keys(List *upserts) {
  List *plans = NIL, *relations = NIL, *names = NIL, *keyed = NIL, *columns = NIL, *shapes = NIL;
  for (SyncPlan *table : each<SyncPlan>(upserts)) {
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

}  // namespace confiture

#include "plan/column_checks.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"

namespace confiture {

// Partitions have those of their table, too.
static bool is_known(List *checks, const char *name, const char *expression) {
  for (const ColumnCheck *check : each<ColumnCheck>(checks))
    if (strcmp(check->name, name) == 0 && strcmp(check->expression, expression) == 0) return true;
  return false;
}

void load_table_checks(SyncPlan *plan) {
  static const char sql[] = R"(
    SELECT c.conrelid, c.conkey[1], quote_ident(c.conname), pg_get_expr(c.conbin, c.conrelid)
    FROM pg_constraint c
    WHERE c.contype = 'c'
      AND c.conrelid = ANY ($1)
      AND cardinality(c.conkey) = 1)" SQL_AND_ENFORCED("c") R"(
    ORDER BY 3, 4)";
  if (plan->checks->is_loaded) return;
  Oid target = plan->request.relation;
  List **of_columns = make_array<List *>(MaxHeapAttributeNumber + 1);
  for (Row row : spi_run(sql, {arg_oids(plan->tree)})) {
    Oid relation = row.next<Oid>();
    int16 number = row.next<int16>();
    const char *name = row.next<const char *>(), *expression = row.next<const char *>();
    // Each partition numbers its columns itself.
    if (relation != target) number = get_attnum(target, get_attname(relation, number, false));
    if (!is_known(of_columns[number], name, expression))
      of_columns[number] = append(of_columns[number], make<ColumnCheck>({.name = name, .expression = expression}));
  }
  *plan->checks = {.is_loaded = true, .of_columns = of_columns};
}

List *table_checks(const SyncPlan *plan, const PlanColumn *column) { return plan->checks->of_columns[column->number]; }

List *domain_checks(const PlanColumn *column) {
  static const char sql[] = R"(
    WITH RECURSIVE type(oid) AS (
      SELECT $1
      UNION
      SELECT t.typbasetype
      FROM type
      JOIN pg_type t USING (oid)
      WHERE t.typbasetype <> 0
    )
    SELECT DISTINCT pg_get_expr(c.conbin, 0)
    FROM pg_constraint c
    WHERE c.contypid = ANY (ARRAY(SELECT oid FROM type))
      AND c.contype = 'c'
    ORDER BY 1)";
  List *checks = NIL;
  if (get_typtype(column->type) != TYPTYPE_DOMAIN) return checks;
  for (Row row : spi_run(sql, {arg(column->type)})) checks = append(checks, row.next<const char *>());
  return checks;
}

}  // namespace confiture

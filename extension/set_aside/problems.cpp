// What prevents setting things aside, before anything is touched.
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/problems.h"
#include "set_aside/set_aside.h"

namespace confiture {

void check_indexes_to_set_aside(SyncPlan *plan) {
  for (Oid relation : each_oid(plan->tree)) {
    if (owns_relation(relation, GetUserId())) continue;
    const char *name = qualified_name(relation);
    return add_problem(plan, nullptr, psprintf("only the owner of %s can drop and rebuild its indexes", name),
                       psprintf("ALTER TABLE %s OWNER TO %s; -- or leave rebuild_indexes out", name, quoted_caller()));
  }
}

// A partition's key is judged as that of the whole table it was declared on.
static const char key_problem_query[] = R"(
    WITH RECURSIVE up AS (
      SELECT c.oid, c.conparentid
      FROM pg_constraint c
      WHERE c.contype = 'f'
        AND (c.conrelid = ANY ($1) OR c.confrelid = ANY ($1)))" SQL_AND_ENFORCED("c") R"(
      UNION
      SELECT c.oid, c.conparentid
      FROM up
      JOIN pg_constraint c ON c.oid = up.conparentid
    ),
    judged AS (
      SELECT c.conname, format('%I.%I', n.nspname, t.relname) AS name,
             CASE WHEN NOT pg_has_role(t.relowner, 'USAGE')
                    THEN 'you do not own the table'
                  WHEN c.conrelid <> ALL ($1) AND c.confrelid <> ALL ($1)
                    THEN 'the table is not of this run'
                  WHEN EXISTS (SELECT FROM unnest(c.confkey) k
                               WHERE NOT has_column_privilege(c.confrelid, k, 'REFERENCES'))
                    THEN 'you lack the privilege REFERENCES on the table it references'
                  WHEN t.relkind = 'p' AND NOT c.convalidated
                    THEN 'it is NOT VALID on a partitioned table'
                  WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = c.oid AND g.tgenabled <> 'O')
                    THEN 'its triggers are not in their ordinary state' END AS reason
      FROM up
      JOIN pg_constraint c USING (oid)
      JOIN pg_class t ON t.oid = c.conrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
      WHERE c.conparentid = 0
    )
    SELECT format('foreign key %I of %s cannot be set aside: %s', conname, name, reason)
    FROM judged
    WHERE reason IS NOT NULL
    ORDER BY name, conname
    )";

List *foreign_key_problems(List *tree) {
  List *problems = NIL;
  for (Row row : spi_run(key_problem_query, {arg_oids(tree)}))
    problems = append(
        problems, make<PlanProblem>(
                      {.column = nullptr, .text = row.next<const char *>(), .fix = grant_trigger_switch_statement()}));
  return problems;
}

}  // namespace confiture

// What speaks against setting things aside, before anything is touched.
#include "pg/spi.h"
#include "set_aside/set_aside.h"

namespace confiture {

static const char *caller() { return quote_identifier(GetUserNameFromId(GetUserId(), false)); }

void check_indexes_to_set_aside(SyncPlan *plan) {
  ListCell *cell;
  foreach (cell, plan->tree) {
    if (owns_relation(lfirst_oid(cell), GetUserId())) continue;
    const char *name = qualified_name(lfirst_oid(cell));
    return add_problem(plan, nullptr, psprintf("only the owner of %s can drop and rebuild its indexes", name),
                       psprintf("ALTER TABLE %s OWNER TO %s; -- or leave rebuild_indexes out", name, caller()));
  }
}

List *foreign_key_problems(List *tree) {
  Oid types[] = {OIDARRAYOID};
  Datum values[] = {oid_array(tree)};
  uint64 n = old_spi_run(
      psprintf("WITH RECURSIVE up AS ("
               "  SELECT c.oid, c.conparentid FROM pg_constraint c "
               "  WHERE c.contype = 'f' AND (c.conrelid = ANY ($1) OR c.confrelid = ANY ($1))%s "
               "  UNION SELECT c.oid, c.conparentid FROM up JOIN pg_constraint c ON c.oid = up.conparentid), "
               "found AS (SELECT c.conname, c.conrelid, format('%%I.%%I', n.nspname, t.relname) AS name, CASE "
               "  WHEN NOT pg_has_role(t.relowner, 'USAGE') THEN 'you do not own the table' "
               "  WHEN c.conrelid <> ALL ($1) AND c.confrelid <> ALL ($1) THEN 'the table is not of this run' "
               "  WHEN EXISTS (SELECT FROM unnest(c.confkey) k "
               "    WHERE NOT has_column_privilege(c.confrelid, k, 'REFERENCES')) "
               "    THEN 'you lack the privilege REFERENCES on the table it references' "
               "  WHEN t.relkind = 'p' AND NOT c.convalidated THEN 'it is NOT VALID on a partitioned table' "
               "  WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = c.oid AND g.tgenabled <> 'O') "
               "    THEN 'its triggers are not in their ordinary state' END AS reason "
               "  FROM up JOIN pg_constraint c USING (oid) JOIN pg_class t ON t.oid = c.conrelid "
               "  JOIN pg_namespace n ON n.oid = t.relnamespace WHERE c.conparentid = 0) "
               "SELECT format('foreign key %%I of %%s cannot be set aside: %%s', conname, name, reason) FROM found "
               "WHERE reason IS NOT NULL ORDER BY name, conname",
               enforced_only("c")),
      1, types, values);
  List *problems = NIL;
  for (uint64 row = 0; row < n; row++) {
    PlanProblem *problem = static_cast<PlanProblem *>(palloc0(sizeof(PlanProblem)));
    problem->text = old_spi_text(row, 1);
    problem->fix = psprintf("GRANT SET ON PARAMETER session_replication_role TO %s;", caller());
    problems = lappend(problems, problem);
  }
  return problems;
}

}  // namespace confiture

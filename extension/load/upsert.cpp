#include "load/upsert.h"

#include "load/insert.h"
#include "pg/list.h"
#include "pg/owner.h"
#include "pg/spi.h"
#include "source/error.h"

namespace confiture {

static bool is_key(const SyncPlan *plan, const char *name) {
  for (const char *key : each_text(plan->key_columns))
    if (strcmp(key, name) == 0) return true;
  return false;
}

static char *name_list(List *names) {
  StringInfoData list;
  initStringInfo(&list);
  for (const char *name : each_text(names))
    appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", quote_identifier(name));
  return list.data;
}

// What ON CONFLICT does with the columns that are neither part of the key nor GENERATED ALWAYS identities: those keep
// their value, since SQL allows no UPDATE of them.
static char *conflict_action(const SyncPlan *plan) {
  StringInfoData assignments;
  initStringInfo(&assignments);
  Relation target = table_open(plan->request.relation, AccessShareLock);
  for (const PlanColumn *column : each<PlanColumn>(wire_columns(plan))) {
    char identity = TupleDescAttr(RelationGetDescr(target), column->number - 1)->attidentity;
    if (is_key(plan, column->name) || identity == ATTRIBUTE_IDENTITY_ALWAYS) continue;
    const char *name = quote_identifier(column->name);
    appendStringInfo(&assignments, "%s%s = excluded.%s", assignments.len > 0 ? ", " : "UPDATE SET ", name, name);
  }
  table_close(target, NoLock);
  return assignments.len > 0 ? assignments.data : pstrdup("NOTHING");
}

uint64 upsert_rows(const SyncPlan *plan, const Transfer *transfer, MaskedStream *stream, const Progress *progress) {
  List *names = NIL;
  for (const PlanColumn *column : each<PlanColumn>(wire_columns(plan))) names = append(names, column->name);
  const char *columns = name_list(names);
  if (plan->loader == Loader::insert) {
    (void)insert_rows(transfer, stream, progress,
                      psprintf("ON CONFLICT (%s) DO %s", name_list(plan->key_columns), conflict_action(plan)));
    return stream->rows;
  }
  const char *staging = psprintf("confiture_upsert_%u", plan->request.relation);

  // Made by the caller: a restricted operation makes no temporary table. WITH NO DATA plans no query of the target.
  spi_run(psprintf(R"(
      CREATE TEMPORARY TABLE %s ON COMMIT DROP AS
      SELECT %s
      FROM %s
      WITH NO DATA
      )",
                   staging, columns, plan->relation_name));
  Oid owner = owner_of(transfer->relation);
  if (owner != GetUserId())
    spi_run(psprintf("GRANT SELECT ON pg_temp.%s TO %s", staging, quote_identifier(GetUserNameFromId(owner, false))));
  uint64 rows = load_rows(RelnameGetRelid(staging), transfer, stream, progress);
  const char *insert =
      psprintf(R"(
      INSERT INTO %s (%s)
      OVERRIDING SYSTEM VALUE
      SELECT %s
      FROM pg_temp.%s
      ON CONFLICT (%s) DO %s
      )",
               plan->relation_name, columns, columns, staging, name_list(plan->key_columns), conflict_action(plan));
  // INSERT's errors quote keys and rows as COPY's do.
  as_owner_of(transfer->relation, [&] { run_withholding_values(plan->relation_name, insert); });
  spi_run(psprintf("DROP TABLE pg_temp.%s", staging));
  return rows;
}

}  // namespace confiture

#include "load/upsert.h"

#include "pg/spi.h"
#include "source/error.h"

namespace confiture {

static bool is_key(const SyncPlan *plan, const char *name) {
  ListCell *cell;
  foreach (cell, plan->key_columns)
    if (strcmp(static_cast<char *>(lfirst(cell)), name) == 0) return true;
  return false;
}

static void append_name(StringInfo list, const char *format, const char *name) {
  if (list->len > 0) appendStringInfoString(list, ", ");
  appendStringInfo(list, "%s", name);
  if (format != nullptr) appendStringInfo(list, " = %s.%s", format, name);
}

uint64 upsert_rows(const SyncPlan *plan, const Transfer *what, MaskedStream *stream, const Progress *shown) {
  StringInfoData all, updated, key;
  initStringInfo(&all);
  initStringInfo(&updated);
  initStringInfo(&key);
  ListCell *cell;
  Relation target = table_open(plan->request.relation, AccessShareLock);
  foreach (cell, wire_columns(plan)) {
    const PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    append_name(&all, nullptr, quote_identifier(column->name));
    // SQL lets nobody UPDATE a GENERATED ALWAYS identity; such a column keeps the value it has.
    bool is_always =
        TupleDescAttr(RelationGetDescr(target), column->number - 1)->attidentity == ATTRIBUTE_IDENTITY_ALWAYS;
    if (!is_key(plan, column->name) && !is_always) append_name(&updated, "excluded", quote_identifier(column->name));
  }
  table_close(target, NoLock);
  foreach (cell, plan->key_columns) append_name(&key, nullptr, quote_identifier(static_cast<char *>(lfirst(cell))));

  const char *temporary = psprintf("pg_temp.confiture_upsert_%u", plan->request.relation);
  old_spi_run(psprintf("CREATE TEMPORARY TABLE confiture_upsert_%u ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA",
                       plan->request.relation, all.data, plan->relation_name));
  Oid into = RelnameGetRelid(psprintf("confiture_upsert_%u", plan->request.relation));
  uint64 rows = load_rows(into, what, stream, shown);
  // INSERT's errors quote keys and rows as COPY's do.
  run_withholding_values(
      plan->relation_name,
      psprintf("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s ON CONFLICT (%s) DO %s%s",
               plan->relation_name, all.data, all.data, temporary, key.data,
               updated.len > 0 ? "UPDATE SET " : "NOTHING", updated.data));
  old_spi_run(psprintf("DROP TABLE %s", temporary));
  return rows;
}

}  // namespace confiture

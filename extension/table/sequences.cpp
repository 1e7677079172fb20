#include "table/sequences.h"

#include "pg/spi.h"

namespace confiture {

// One owned sequence, with what the column holds. ALTER SEQUENCE and not setval(): that would outlive a rollback.
static void set_sequence(const SyncPlan *plan, const char *table, Oid oid, const char *sequence, const char *column) {
  if (!owns_relation(oid, GetUserId())) {
    ereport(WARNING, (errmsg("sequence %s was not set, because it is not yours", sequence),
                      errhint("Ask its owner to set it past the values loaded into column %s.", column)));
    return;
  }
  bool is_replace = plan->request.mode == LoadMode::replace;
  const char *add = is_replace ? ""
                               : psprintf(
                                     ", (SELECT CASE WHEN is_called THEN last_value ELSE last_value - "
                                     "q.seqincrement::numeric END FROM %s)",
                                     sequence);
  old_spi_run(psprintf(
      "SELECT q.seqincrement > 0 AND n.next > q.seqmax OR q.seqincrement < 0 AND n.next < q.seqmin, CASE WHEN "
      "q.seqcycle AND n.next NOT BETWEEN q.seqmin AND q.seqmax THEN CASE WHEN q.seqincrement > 0 THEN "
      "q.seqmin ELSE q.seqmax END ELSE n.next END::text, q.seqcycle "
      "FROM pg_sequence q, LATERAL (SELECT CASE WHEN q.seqincrement > 0 THEN greatest(floor(max(%s)::numeric)%s, "
      "q.seqmin - q.seqincrement::numeric) ELSE least(ceil(min(%s)::numeric)%s, q.seqmax - "
      "q.seqincrement::numeric) END + q.seqincrement AS next, count(*) FROM %s) n "
      "WHERE q.seqrelid = %u AND (n.count > 0 OR %s)",
      column, add, column, add, table, oid, is_replace ? "false" : "true"));
  if (SPI_processed == 0) {
    old_spi_run(psprintf("ALTER SEQUENCE %s RESTART", sequence));
    return;
  }
  bool is_null;
  if (DatumGetBool(old_spi_datum(0, 1, &is_null)) && !DatumGetBool(old_spi_datum(0, 3, &is_null)))
    ereport(WARNING, (errmsg("sequence %s was not set, because column %s holds its last value", sequence, column)));
  else
    old_spi_run(psprintf("ALTER SEQUENCE %s RESTART WITH %s", sequence, old_spi_text(0, 2)));
}

void set_sequences(const SyncPlan *plan) {
  // A partition takes its numbers from a sequence of the table it is part of.
  Oid root = partition_root(plan->request.relation);
  const char *table = qualified_name(root);
  Oid types[] = {OIDOID};
  Datum values[] = {ObjectIdGetDatum(root)};
  uint64 n = old_spi_run(
      "SELECT d.objid, format('%I.%I', n.nspname, s.relname), quote_ident(a.attname), a.attname "
      "FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' "
      "JOIN pg_namespace n ON n.oid = s.relnamespace "
      "JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
      "WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 "
      "AND d.deptype IN ('a', 'i') AND a.atttypid = ANY ('{int2,int4,int8,numeric}'::regtype[]) ORDER BY a.attnum, "
      "s.relname",
      1, types, values);
  SPITupleTable *found = SPI_tuptable;
  for (uint64 row = 0; row < n; row++) {
    bool is_null, travels = false;
    ListCell *cell;
    const char *column = SPI_getvalue(found->vals[row], found->tupdesc, 4);
    foreach (cell, wire_columns(plan)) travels |= strcmp(static_cast<PlanColumn *>(lfirst(cell))->name, column) == 0;
    if (travels)
      set_sequence(plan, table, DatumGetObjectId(SPI_getbinval(found->vals[row], found->tupdesc, 1, &is_null)),
                   SPI_getvalue(found->vals[row], found->tupdesc, 2),
                   SPI_getvalue(found->vals[row], found->tupdesc, 3));
  }
}

}  // namespace confiture

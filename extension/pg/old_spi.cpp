#include "pg/spi.h"

namespace confiture {

uint64 old_spi_run(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls) {
  int result = SPI_execute_with_args(sql, nargs, types, values, nulls, false, 0);
  if (result < 0) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(result));
  return SPI_processed;
}

uint64 old_spi_run_latest(const char *sql, int nargs, Oid *types, Datum *values) {
  SPIPlanPtr plan = SPI_prepare(sql, nargs, types);
  if (plan == nullptr) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(SPI_result));
  CommandCounterIncrement();
  int result = SPI_execute_snapshot(plan, values, nullptr, GetLatestSnapshot(), InvalidSnapshot, false, true, 0);
  if (result < 0) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(result));
  uint64 processed = SPI_processed;
  SPI_freeplan(plan);
  return processed;
}

uint64 old_spi_run_as_owner(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls, bool latest) {
  Relation rule = table_open(own_relation("rule"), AccessShareLock);
  Oid owner = rule->rd_rel->relowner;
  table_close(rule, NoLock);

  Oid caller;
  int context;
  GetUserIdAndSecContext(&caller, &context);
  // The end of a failed (sub)transaction sets the caller back.
  SetUserIdAndSecContext(owner, context | SECURITY_LOCAL_USERID_CHANGE);
  uint64 processed =
      latest ? old_spi_run_latest(sql, nargs, types, values) : old_spi_run(sql, nargs, types, values, nulls);
  SetUserIdAndSecContext(caller, context);
  return processed;
}

char *old_spi_text(uint64 row, int number) {
  return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number);
}

Datum old_spi_datum(uint64 row, int number, bool *is_null) {
  return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number, is_null);
}

Oid old_spi_oid(uint64 row, int number) {
  bool is_null;
  Datum value = old_spi_datum(row, number, &is_null);
  return is_null ? InvalidOid : DatumGetObjectId(value);
}

bool old_spi_bool(uint64 row, int number) {
  bool is_null;
  Datum value = old_spi_datum(row, number, &is_null);
  return !is_null && DatumGetBool(value);
}

int64 old_spi_int64(uint64 row, int number) {
  bool is_null;
  Datum value = old_spi_datum(row, number, &is_null);
  return is_null ? 0 : DatumGetInt64(value);
}

List *old_spi_oids(uint64 row, int number) {
  bool is_null;
  Datum value = old_spi_datum(row, number, &is_null);
  if (is_null) return NIL;
  Datum *oids;
  int n;
  deconstruct_array(DatumGetArrayTypeP(value), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &oids, nullptr, &n);
  List *list = NIL;
  for (int i = 0; i < n; i++) list = lappend_oid(list, DatumGetObjectId(oids[i]));
  return list;
}

List *old_spi_texts(uint64 row, int number) {
  bool is_null;
  Datum value = old_spi_datum(row, number, &is_null);
  if (is_null) return NIL;
  Datum *texts;
  int n;
  deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &texts, nullptr, &n);
  List *list = NIL;
  for (int i = 0; i < n; i++) list = lappend(list, TextDatumGetCString(texts[i]));
  return list;
}

Datum oid_array(List *oids) {
  Datum *values = static_cast<Datum *>(palloc(sizeof(Datum) * Max(list_length(oids), 1)));
  ListCell *cell;
  foreach (cell, oids) values[foreach_current_index(cell)] = ObjectIdGetDatum(lfirst_oid(cell));
  return PointerGetDatum(construct_array(values, list_length(oids), OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}

Datum array_of_texts(List *texts) {
  Datum *values = static_cast<Datum *>(palloc(sizeof(Datum) * Max(list_length(texts), 1)));
  ListCell *cell;
  foreach (cell, texts) values[foreach_current_index(cell)] = CStringGetTextDatum(static_cast<char *>(lfirst(cell)));
  return PointerGetDatum(construct_array(values, list_length(texts), TEXTOID, -1, false, TYPALIGN_INT));
}

}  // namespace confiture

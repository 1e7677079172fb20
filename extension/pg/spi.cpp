#include "pg/spi.h"

namespace confiture {

void spi_connect() {
  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "could not connect to SPI");
}

void spi_finish() { SPI_finish(); }

uint64 spi_run(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls) {
  int result = SPI_execute_with_args(sql, nargs, types, values, nulls, false, 0);
  if (result < 0) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(result));
  return SPI_processed;
}

uint64 spi_run_latest(const char *sql, int nargs, Oid *types, Datum *values) {
  SPIPlanPtr plan = SPI_prepare(sql, nargs, types);
  if (plan == nullptr) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(SPI_result));
  CommandCounterIncrement();
  int result = SPI_execute_snapshot(plan, values, nullptr, GetLatestSnapshot(), InvalidSnapshot, false, true, 0);
  if (result < 0) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(result));
  uint64 processed = SPI_processed;
  SPI_freeplan(plan);
  return processed;
}

uint64 spi_run_as_owner(const char *sql, int nargs, Oid *types, Datum *values, const char *nulls, bool latest) {
  Relation rule = table_open(own_relation("rule"), AccessShareLock);
  Oid owner = rule->rd_rel->relowner;
  table_close(rule, NoLock);

  Oid caller;
  int context;
  GetUserIdAndSecContext(&caller, &context);
  // The end of a failed (sub)transaction sets the caller back.
  SetUserIdAndSecContext(owner, context | SECURITY_LOCAL_USERID_CHANGE);
  uint64 processed = latest ? spi_run_latest(sql, nargs, types, values) : spi_run(sql, nargs, types, values, nulls);
  SetUserIdAndSecContext(caller, context);
  return processed;
}

char *spi_text(uint64 row, int number) { return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number); }

Datum spi_datum(uint64 row, int number, bool *is_null) {
  return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number, is_null);
}

Oid spi_oid(uint64 row, int number) {
  bool is_null;
  Datum value = spi_datum(row, number, &is_null);
  return is_null ? InvalidOid : DatumGetObjectId(value);
}

bool spi_bool(uint64 row, int number) {
  bool is_null;
  Datum value = spi_datum(row, number, &is_null);
  return !is_null && DatumGetBool(value);
}

int64 spi_int64(uint64 row, int number) {
  bool is_null;
  Datum value = spi_datum(row, number, &is_null);
  return is_null ? 0 : DatumGetInt64(value);
}

List *spi_oids(uint64 row, int number) {
  bool is_null;
  Datum value = spi_datum(row, number, &is_null);
  if (is_null) return NIL;
  Datum *oids;
  int n;
  deconstruct_array(DatumGetArrayTypeP(value), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &oids, nullptr, &n);
  List *list = NIL;
  for (int i = 0; i < n; i++) list = lappend_oid(list, DatumGetObjectId(oids[i]));
  return list;
}

List *spi_texts(uint64 row, int number) {
  bool is_null;
  Datum value = spi_datum(row, number, &is_null);
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

Name caller_name() {
  Name caller = static_cast<Name>(palloc0(NAMEDATALEN));
  namestrcpy(caller, GetUserNameFromId(GetUserId(), false));
  return caller;
}

Oid own_relation(const char *name) {
  Oid schema = get_namespace_oid("confiture", true);
  Oid relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
  if (!OidIsValid(relation))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation confiture.%s does not exist", name),
                    errhint("Run CREATE EXTENSION confiture in this database.")));
  return relation;
}

const char *error_of(void (*body)(void *), void *arg, bool keeps) {
  MemoryContext context = CurrentMemoryContext;
  ResourceOwner owner = CurrentResourceOwner;
  const char *volatile message = nullptr;

  BeginInternalSubTransaction(nullptr);
  MemoryContextSwitchTo(context);
  PG_TRY();
  {
    body(arg);
    if (keeps)
      ReleaseCurrentSubTransaction();
    else
      RollbackAndReleaseCurrentSubTransaction();
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
    // Cancel, shutdown and out of memory are nobody's to swallow.
    int error_class = ERRCODE_TO_CATEGORY(error->sqlerrcode);
    if (error_class == ERRCODE_OPERATOR_INTERVENTION || error_class == ERRCODE_INSUFFICIENT_RESOURCES) {
      MemoryContextSwitchTo(context);
      CurrentResourceOwner = owner;
      ReThrowError(error);
    }
    message = error->message;
  }
  PG_END_TRY();
  MemoryContextSwitchTo(context);
  CurrentResourceOwner = owner;
  return message;
}

char *qualified_name(Oid relation) {
  const char *name = get_rel_name(relation);
  // Somebody may drop what we hold no lock on.
  if (name == nullptr)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", relation)));
  return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), name);
}

Oid partition_root(Oid relation) {
  return get_rel_relispartition(relation) ? llast_oid(get_partition_ancestors(relation)) : relation;
}

}  // namespace confiture

#include "pg/spi.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"

namespace confiture {

void spi_connect() {
  if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "could not connect to SPI");
}

void spi_finish() { SPI_finish(); }

// Statements have a few arguments; arrays on the stack need no freeing.
static constexpr size_t max_args = 18;

struct SpiArgs {
  int count;
  Oid types[max_args];
  Datum values[max_args];
  char nulls[max_args];
};

static SpiArgs spi_args(std::initializer_list<Arg> args) {
  if (args.size() > max_args) elog(ERROR, "too many arguments for a statement inside confiture");
  SpiArgs result = {};
  for (const Arg &argument : args) {
    result.types[result.count] = argument.type;
    result.values[result.count] = argument.value;
    result.nulls[result.count] = argument.is_null ? 'n' : ' ';
    result.count++;
  }
  return result;
}

static Rows rows_of(int spi_result) {
  if (spi_result < 0) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(spi_result));
  return {SPI_tuptable, SPI_processed};
}

// ---------------------------------------------------------------------------------------------------------------
// Plans of literals

struct PlanKey {
  const char *text;  // by its address
  Oid types[max_args];
};

struct KeptPlan {
  PlanKey key;
  SPIPlanPtr plan;  // nullptr: it ran once
};

static HTAB *kept_plans = nullptr;

static SPIPlanPtr prepare(const char *sql, const SpiArgs *args, int options) {
  SPIPlanPtr plan = SPI_prepare_cursor(sql, args->count, const_cast<Oid *>(args->types), options);
  if (plan == nullptr) elog(ERROR, "statement failed inside confiture: %s", SPI_result_code_string(SPI_result));
  return plan;
}

// The plan of a literal from the second time on, nullptr otherwise: most statements run once.
static SPIPlanPtr kept_plan(Statement sql, const SpiArgs *args) {
  if (!sql.is_literal) return nullptr;
  if (kept_plans == nullptr) {
    HASHCTL control = {};
    control.keysize = sizeof(PlanKey);
    control.entrysize = sizeof(KeptPlan);
    kept_plans = hash_create("confiture plans", 128, &control, HASH_ELEM | HASH_BLOBS);
  }
  PlanKey key = {};
  key.text = sql.text;
  for (int i = 0; i < args->count; i++) key.types[i] = args->types[i];
  bool found;
  KeptPlan *kept = static_cast<KeptPlan *>(hash_search(kept_plans, &key, HASH_ENTER, &found));
  if (!found) {
    kept->plan = nullptr;
    return nullptr;
  }
  if (kept->plan == nullptr) {
    SPIPlanPtr plan = prepare(sql.text, args, CURSOR_OPT_GENERIC_PLAN);
    SPI_keepplan(plan);
    kept->plan = plan;
  }
  return kept->plan;
}

static void forget_plans() {
  if (kept_plans == nullptr) return;
  HASH_SEQ_STATUS scan;
  hash_seq_init(&scan, kept_plans);
  while (KeptPlan *kept = static_cast<KeptPlan *>(hash_seq_search(&scan)))
    if (kept->plan != nullptr) SPI_freeplan(kept->plan);
  hash_destroy(kept_plans);
  kept_plans = nullptr;
}

static BlockNumber control_pages() {
  BlockNumber pages = 0;
  for (const char *name : {"run", "run_table", "chunk", "set_aside"}) {
    Relation table = table_open(own_relation(name), AccessShareLock);
    pages += RelationGetNumberOfBlocks(table);
    table_close(table, AccessShareLock);
  }
  return pages;
}

// Tables of a few pages are read as a whole, whatever the plan.
void fit_plans() {
  static constexpr BlockNumber few = 16;
  static BlockNumber fitted = 0;
  BlockNumber pages = control_pages();
  if (pages <= Max(2 * fitted, few)) return;
  forget_plans();
  fitted = pages;
}

// ---------------------------------------------------------------------------------------------------------------

Rows spi_run(Statement sql, std::initializer_list<Arg> args) {
  SpiArgs spi = spi_args(args);
  SPIPlanPtr plan = kept_plan(sql, &spi);
  return rows_of(plan != nullptr
                     ? SPI_execute_plan(plan, spi.values, spi.nulls, false, 0)
                     : SPI_execute_with_args(sql.text, spi.count, spi.types, spi.values, spi.nulls, false, 0));
}

Rows spi_run_latest(Statement sql, std::initializer_list<Arg> args) {
  SpiArgs spi = spi_args(args);
  SPIPlanPtr kept = kept_plan(sql, &spi), plan = kept != nullptr ? kept : prepare(sql.text, &spi, 0);
  CommandCounterIncrement();
  Rows rows =
      rows_of(SPI_execute_snapshot(plan, spi.values, spi.nulls, GetLatestSnapshot(), InvalidSnapshot, false, true, 0));
  if (kept == nullptr) SPI_freeplan(plan);
  return rows;
}

template <class Run>
static Rows run_as_owner(Statement sql, std::initializer_list<Arg> args, Run run) {
  Relation rule = table_open(own_relation("rule"), AccessShareLock);
  Oid owner = rule->rd_rel->relowner;
  table_close(rule, NoLock);

  Oid caller;
  int context;
  GetUserIdAndSecContext(&caller, &context);
  // The end of a failed (sub)transaction sets the caller back.
  SetUserIdAndSecContext(owner, context | SECURITY_LOCAL_USERID_CHANGE);
  Rows rows = run(sql, args);
  SetUserIdAndSecContext(caller, context);
  return rows;
}

Rows spi_run_as_owner(Statement sql, std::initializer_list<Arg> args) { return run_as_owner(sql, args, spi_run); }

Rows spi_run_latest_as_owner(Statement sql, std::initializer_list<Arg> args) {
  return run_as_owner(sql, args, spi_run_latest);
}

Arg arg_name(const char *value) {
  Name name = make<NameData>();
  namestrcpy(name, value);
  return {NAMEOID, NameGetDatum(name), false};
}

Arg arg_oids(List *oids) {
  Datum *values = make_array<Datum>(list_length(oids));
  int count = 0;
  for (Oid oid : each_oid(oids)) values[count++] = ObjectIdGetDatum(oid);
  ArrayType *array = construct_array(values, count, OIDOID, sizeof(Oid), true, TYPALIGN_INT);
  return {OIDARRAYOID, PointerGetDatum(array), false};
}

Arg arg_texts(List *texts) {
  Datum *values = make_array<Datum>(list_length(texts));
  int count = 0;
  for (const char *text : each_text(texts)) values[count++] = CStringGetTextDatum(text);
  ArrayType *array = construct_array(values, count, TEXTOID, -1, false, TYPALIGN_INT);
  return {TEXTARRAYOID, PointerGetDatum(array), false};
}

// ---------------------------------------------------------------------------------------------------------------

bool Row::is_null() const {
  bool is_null;
  (void)SPI_getbinval(tuple_, columns_, column_ + 1, &is_null);
  return is_null;
}

// `types` is empty where any will do.
Datum Row::take(bool *is_null, std::initializer_list<Oid> types) {
  Datum value = SPI_getbinval(tuple_, columns_, ++column_, is_null);
  Oid type = SPI_gettypeid(columns_, column_);
  bool fits = types.size() == 0;
  for (Oid wanted : types) fits = fits || wanted == type;
  if (!fits) elog(ERROR, "column %d of a statement inside confiture is of the type %s", column_, format_type_be(type));
  return value;
}

template <>
bool Row::next<bool>(bool null_value) {
  bool is_null;
  Datum value = take(&is_null, {BOOLOID});
  return is_null ? null_value : DatumGetBool(value);
}

template <>
int16 Row::next<int16>(int16 null_value) {
  bool is_null;
  Datum value = take(&is_null, {INT2OID});
  return is_null ? null_value : DatumGetInt16(value);
}

template <>
int32 Row::next<int32>(int32 null_value) {
  bool is_null;
  Datum value = take(&is_null, {INT4OID});
  return is_null ? null_value : DatumGetInt32(value);
}

template <>
int64 Row::next<int64>(int64 null_value) {
  bool is_null;
  Datum value = take(&is_null, {INT8OID, TIMESTAMPTZOID});
  return is_null ? null_value : DatumGetInt64(value);
}

template <>
Oid Row::next<Oid>(Oid null_value) {
  bool is_null;
  Datum value = take(&is_null, {OIDOID, REGCLASSOID, REGTYPEOID, REGROLEOID, REGNAMESPACEOID, REGPROCEDUREOID});
  return is_null ? null_value : DatumGetObjectId(value);
}

template <>
float8 Row::next<float8>(float8 null_value) {
  bool is_null;
  Datum value = take(&is_null, {FLOAT8OID});
  return is_null ? null_value : DatumGetFloat8(value);
}

template <>
const char *Row::next<const char *>(const char *null_value) {
  const char *value = SPI_getvalue(tuple_, columns_, ++column_);
  return value != nullptr ? value : null_value;
}

template <>
Jsonb *Row::next<Jsonb *>(Jsonb *null_value) {
  bool is_null;
  Datum value = take(&is_null, {JSONBOID});
  return is_null ? null_value : DatumGetJsonbPCopy(value);
}

List *Row::next_oids() {
  bool is_null;
  Datum value = take(&is_null, {OIDARRAYOID});
  if (is_null) return NIL;
  Datum *oids;
  int count;
  deconstruct_array(DatumGetArrayTypeP(value), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &oids, nullptr, &count);
  List *list = NIL;
  for (int i = 0; i < count; i++) list = lappend_oid(list, DatumGetObjectId(oids[i]));
  return list;
}

List *Row::next_texts() {
  bool is_null;
  Datum value = take(&is_null, {TEXTARRAYOID});
  if (is_null) return NIL;
  Datum *texts;
  int count;
  deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &texts, nullptr, &count);
  List *list = NIL;
  for (int i = 0; i < count; i++) list = lappend(list, TextDatumGetCString(texts[i]));
  return list;
}

}  // namespace confiture

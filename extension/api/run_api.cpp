// CALL confiture.sync(), resume(), work(); cancel().
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/filters.h"
#include "run/run.h"
#include "run/work.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_sync);
PG_FUNCTION_INFO_V1(confiture_resume);
PG_FUNCTION_INFO_V1(confiture_work);
PG_FUNCTION_INFO_V1(confiture_cancel);
}

static bool is_atomic(FunctionCallInfo fcinfo) {
  return fcinfo->context == nullptr || !IsA(fcinfo->context, CallContext) ||
         castNode(CallContext, fcinfo->context)->atomic;
}

// A run commits as it goes: also not in a PL/pgSQL block with EXCEPTION, which is a subtransaction.
static void require_own_transactions(FunctionCallInfo fcinfo, const char *procedure, bool offers_atomic) {
  if (!is_atomic(fcinfo) && !IsSubTransaction()) return;
  ereport(ERROR,
          (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
           errmsg("CALL confiture.%s() cannot run inside a transaction block, a function or a block with EXCEPTION",
                  procedure),
           offers_atomic ? errhint("atomic => true copies everything in the one transaction that is open.") : 0));
}

static int connect(bool atomic) {
  if (SPI_connect_ext(atomic ? 0 : SPI_OPT_NONATOMIC) != SPI_OK_CONNECT) elog(ERROR, "could not connect to SPI");
  return enter_session();
}

// The level holds after commits too: outside transaction blocks and functions with settings it is the first one, and
// next_transaction() enters that again. A caller in PL/pgSQL continues in the transaction that the run ended in.
static void disconnect(int level) {
  leave_session(level);
  spi_finish();
}

static Datum make_result(FunctionCallInfo fcinfo, const RunResult *result) {
  TupleDesc descriptor;
  if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "return type must be a row");
  Interval *elapsed = static_cast<Interval *>(palloc0(sizeof(Interval)));
  elapsed->time = result->microseconds;
  Datum values[] = {Int64GetDatum(result->run_id), CStringGetTextDatum(result->state), Int64GetDatum(result->tables),
                    Int64GetDatum(result->rows),   Int64GetDatum(result->bytes),       IntervalPGetDatum(elapsed)};
  bool nulls[lengthof(values)] = {};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

// The arguments before run_id, by name, as they are kept with the run.
static Jsonb *parameters_of(FunctionCallInfo fcinfo) {
  static const Oid types[] = {TEXTOID, TEXTARRAYOID, TEXTARRAYOID, INT4OID,     JSONBOID, JSONBOID,
                              TEXTOID, TEXTOID,      TEXTOID,      TEXTOID,     TEXTOID,  TEXTOID,
                              BOOLOID, BOOLOID,      BOOLOID,      INTERVALOID, BOOLOID,  BOOLOID};
  constexpr int n = lengthof(types);
  Datum values[n];
  char nulls[n + 1] = {};
  for (int i = 0; i < n; i++) {
    values[i] = PG_GETARG_DATUM(i);
    nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
  }
  old_spi_run(
      "SELECT jsonb_strip_nulls(jsonb_build_object('server', $1, 'include', $2, 'exclude', $3, 'jobs', $4, 'policy', "
      "$7, 'format', $8, 'chunk_size', $9, 'chunk_by', $10, 'on_error', $11, 'on_fk_violation', $12, "
      "'rebuild_indexes', $13, 'refresh_views', $14, 'analyze_tables', $15, 'retry_for', $16, 'atomic', $17, "
      "'detach', $18, 'policy_setting', CASE WHEN $7 IS NULL THEN current_setting('confiture.policy') END)) "
      "|| CASE WHEN $5 IS NULL THEN '{}' ELSE jsonb_build_object('rules', $5) END "
      "|| CASE WHEN $6 IS NULL THEN '{}' ELSE jsonb_build_object('filters', $6) END",
      n, const_cast<Oid *>(types), values, nulls);
  bool is_null;
  return DatumGetJsonbPCopy(old_spi_datum(0, 1, &is_null));
}

Datum confiture_sync(PG_FUNCTION_ARGS) {
  constexpr int atomic_argument = 16;
  bool atomic = !PG_ARGISNULL(atomic_argument) && PG_GETARG_BOOL(atomic_argument);
  if (!atomic) require_own_transactions(fcinfo, "sync", true);
  MemoryContext caller = CurrentMemoryContext;
  int level = connect(atomic);
  Jsonb *parameters = parameters_of(fcinfo);
  RunOptions options = read_options(parameters);
  RunResult result = sync_database(&options, parameters);
  result.state = MemoryContextStrdup(caller, result.state);
  disconnect(level);
  return make_result(fcinfo, &result);
}

Datum confiture_resume(PG_FUNCTION_ARGS) {
  if (PG_ARGISNULL(0)) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("run must not be NULL")));
  require_own_transactions(fcinfo, "resume", false);
  int jobs = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);
  if (!PG_ARGISNULL(1)) check_jobs(jobs);
  MemoryContext caller = CurrentMemoryContext;
  int level = connect(false);
  RunResult result = resume_run(PG_GETARG_INT64(0), jobs, !PG_ARGISNULL(2) && PG_GETARG_BOOL(2));
  result.state = MemoryContextStrdup(caller, result.state);
  disconnect(level);
  return make_result(fcinfo, &result);
}

Datum confiture_work(PG_FUNCTION_ARGS) {
  if (PG_ARGISNULL(0)) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("run must not be NULL")));
  require_own_transactions(fcinfo, "work", false);
  int level = connect(false);
  RunWork work = load_work(PG_GETARG_INT64(0));
  const char *failure;
  (void)work_on(&work, &failure);  // the leader does what is left
  disconnect(level);
  return Datum(0);
}

Datum confiture_cancel(PG_FUNCTION_ARGS) {
  int level = connect(true);
  bool was_led = cancel_run(PG_GETARG_INT64(0));
  disconnect(level);
  PG_RETURN_BOOL(was_led);
}

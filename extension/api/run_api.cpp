// CALL confiture.sync(), resume(), work(); cancel().
#include "pg/memory.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/filters.h"
#include "api/request.h"
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
  Interval *elapsed = make<Interval>({.time = result->microseconds, .day = 0, .month = 0});
  Datum values[] = {Int64GetDatum(result->run_id), CStringGetTextDatum(result->state), Int64GetDatum(result->tables),
                    Int64GetDatum(result->rows),   Int64GetDatum(result->bytes),       IntervalPGetDatum(elapsed)};
  bool nulls[lengthof(values)] = {};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

// The arguments before run_id as they are kept with the run, and the policy of the session that called where the call
// names none.
static Jsonb *parameters_of_sync(FunctionCallInfo fcinfo) {
  constexpr int policy_argument = 6;
  Jsonb *parameters =
      parameters_of(fcinfo, {"server", "include", "exclude", "jobs", "rules", "filters", "policy", "format",
                             "chunk_size", "chunk_by", "on_error", "on_fk_violation", "rebuild_indexes",
                             "refresh_views", "analyze_tables", "retry_for", "atomic", "detach"});
  if (!PG_ARGISNULL(policy_argument)) return parameters;
  const char *sql = "SELECT $1 || jsonb_build_object('policy_setting', current_setting('confiture.policy'))";
  return spi_run(sql, {arg(parameters)}).first().next<Jsonb *>();
}

Datum confiture_sync(PG_FUNCTION_ARGS) {
  constexpr int atomic_argument = 16;
  bool atomic = !PG_ARGISNULL(atomic_argument) && PG_GETARG_BOOL(atomic_argument);
  if (!atomic) require_own_transactions(fcinfo, "sync", true);
  MemoryContext caller = CurrentMemoryContext;
  int level = connect(atomic);
  Jsonb *parameters = parameters_of_sync(fcinfo);
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

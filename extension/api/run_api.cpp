// CALL confiture.sync(), resume(), work(); cancel().
#include "pg/memory.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/filters.h"
#include "plan/seeds.h"
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
           errhint("It commits as it goes, so send it alone: with autocommit in a driver (psycopg: autocommit = True; "
                   "JDBC: setAutoCommit(true)), in psql without -1 and as the one statement of a -c, in pg_cron as "
                   "the one statement of a job.%s",
                   offers_atomic ? " Or copy everything in the transaction that is open: atomic => true." : "")));
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

// The arguments before run_id as they are kept with the run.
static Jsonb *parameters_of_sync(FunctionCallInfo fcinfo) {
  return settle_subset(settle_settings(parameters_of(
      fcinfo, {"server",          "include",       "exclude",        "jobs",      "rules",    "filters",
               "policy",          "format",        "chunk_size",     "chunk_by",  "on_error", "on_fk_violation",
               "rebuild_indexes", "refresh_views", "analyze_tables", "retry_for", "atomic",   "detach",
               "loader",          "subset",        "unreached",      "mode"})));
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
  bool detach = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
  const char *on_violation = PG_ARGISNULL(3) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(3));
  RunResult result = resume_run(PG_GETARG_INT64(0), jobs, detach, on_violation);
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
  with_triggers_off([&] { (void)work_on(&work, &failure); });  // the leader does what is left
  disconnect(level);
  return Datum(0);
}

Datum confiture_cancel(PG_FUNCTION_ARGS) {
  int level = connect(true);
  bool was_led = cancel_run(PG_GETARG_INT64(0));
  disconnect(level);
  PG_RETURN_BOOL(was_led);
}

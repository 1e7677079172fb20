#include "run/workers.h"

#include "pg/session.h"
#include "pg/spi.h"
#include "pg/wait.h"
#include "record/run_lock.h"
#include "record/run_store.h"
#include "run/options.h"

namespace confiture {

// Settings of the session that workers take over: those that speed, durability and waiting depend on. The others come
// from their role and database.
static const char *const settings[] = {"synchronous_commit",    "work_mem",
                                       "maintenance_work_mem",  "max_parallel_maintenance_workers",
                                       "lock_timeout",          "confiture.lock_wait",
                                       "confiture.lock_timeout"};

// What a worker gets to know at its start, in the 128 bytes there are for it.
struct WorkerOrder {
  Oid database;
  Oid session_role;  // who logged in: the server connects workers only as roles that may
  Oid role;          // who called
  bool is_superuser;
  bool leads;
  int jobs;  // of a leader's run, 0: not said
  int64 run_id;
  char values[lengthof(settings)][13];  // of the settings
};
static_assert(sizeof(WorkerOrder) <= BGW_EXTRALEN);

static BackgroundWorkerHandle *handles[max_jobs];
static int n_handles = 0;

static void terminate_workers() {
  for (int i = 0; i < n_handles; i++) TerminateBackgroundWorker(handles[i]);
  n_handles = 0;
}

static void terminate_on_abort(XactEvent event, void *) {
  if (event == XACT_EVENT_ABORT) terminate_workers();
}

static bool launch(int64 run_id, bool leads, int jobs, BackgroundWorkerHandle **handle) {
  BackgroundWorker worker = {};
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  worker.bgw_notify_pid = MyProcPid;
  strlcpy(worker.bgw_library_name, "confiture", sizeof(worker.bgw_library_name));
  strlcpy(worker.bgw_function_name, "confiture_worker_main", sizeof(worker.bgw_function_name));
  strlcpy(worker.bgw_type, leads ? "confiture leader" : "confiture worker", sizeof(worker.bgw_type));
  snprintf(worker.bgw_name, sizeof(worker.bgw_name), "%s for run " INT64_FORMAT, worker.bgw_type, run_id);
  WorkerOrder order = {
      .database = MyDatabaseId,
      .session_role = GetSessionUserId(),
      .role = GetUserId(),
      .is_superuser = superuser(),
      .leads = leads,
      .jobs = jobs,
      .run_id = run_id,
      .values = {},
  };
  for (int i = 0; i < static_cast<int>(lengthof(settings)); i++)
    strlcpy(order.values[i], GetConfigOption(settings[i], false, false), sizeof(order.values[i]));
  memcpy(worker.bgw_extra, &order, sizeof(order));
  // The handle must outlive the transactions of the run.
  MemoryContext context = MemoryContextSwitchTo(TopMemoryContext);
  bool launched = RegisterDynamicBackgroundWorker(&worker, handle);
  MemoryContextSwitchTo(context);
  return launched;
}

int launch_workers(int64 run_id, int n) {
  static bool is_registered = false;
  if (!is_registered) RegisterXactCallback(terminate_on_abort, nullptr);
  is_registered = true;
  n_handles = 0;
  while (n_handles < Min(n, max_jobs) && launch(run_id, false, 0, &handles[n_handles])) n_handles++;
  return n_handles;
}

int count_workers() {
  int running = 0;
  pid_t pid;
  for (int i = 0; i < n_handles; i++) running += GetBackgroundWorkerPid(handles[i], &pid) != BGWH_STOPPED;
  return running;
}

static void wait_for_end(BackgroundWorkerHandle *handle) {
  if (WaitForBackgroundWorkerShutdown(handle) == BGWH_POSTMASTER_DIED) proc_exit(1);
}

void stop_workers() {
  for (int i = 0; i < n_handles; i++) TerminateBackgroundWorker(handles[i]);
  for (int i = 0; i < n_handles; i++) wait_for_end(handles[i]);
  n_handles = 0;
}

LeaderStart launch_leader(int64 run_id, int jobs) {
  BackgroundWorkerHandle *handle;
  if (!launch(run_id, true, jobs, &handle)) return LeaderStart::no_room;
  pid_t pid;
  while (leader_of(run_id) == 0) {
    if (GetBackgroundWorkerPid(handle, &pid) == BGWH_STOPPED) return LeaderStart::ended;
    wait_a_moment(20);
  }
  return LeaderStart::leads;
}

// As a client's CALL: in a separate portal, outside any block, so that the procedure may commit.
static void call_procedure(const char *sql) {
  StartTransactionCommand();
  // What runs must outlive the transactions that it ends; the process ends with it.
  MemoryContextSwitchTo(TopMemoryContext);
  pgstat_report_activity(STATE_RUNNING, sql);
  PushActiveSnapshot(GetTransactionSnapshot());
  RawStmt *parsed = linitial_node(RawStmt, pg_parse_query(sql));
  List *planned =
      pg_plan_queries(pg_analyze_and_rewrite_fixedparams(parsed, sql, nullptr, 0, nullptr), sql, 0, nullptr);
  PopActiveSnapshot();
  Portal portal = CreatePortal("", true, true);
  portal->visible = false;
  PortalDefineQuery(portal, nullptr, sql, CMDTAG_CALL, planned, nullptr);
  PortalStart(portal, nullptr, 0, InvalidSnapshot);
  QueryCompletion completion;
  run_portal(portal, CreateDestReceiver(DestNone), &completion);
  PortalDrop(portal, false);
  CommitTransactionCommand();
  pgstat_report_activity(STATE_IDLE, nullptr);
}

// The errors of a leader in the background reach no client: they are recorded, unless the run was cancelled or another
// process leads it by now.
static void record_failure(int64 run_id, const ErrorData *error) {
  StartTransactionCommand();
  PushActiveSnapshot(GetTransactionSnapshot());
  spi_connect();
  (void)enter_session();
  if (lock_run_for_transaction(run_id)) fail_open_run(run_id, error);
  spi_finish();
  PopActiveSnapshot();
  CommitTransactionCommand();
}

static void lead(const WorkerOrder *order) {
  MemoryContext context = CurrentMemoryContext;
  const char *jobs = order->jobs > 0 ? psprintf("%d", order->jobs) : "NULL";
  const char *sql = psprintf("CALL confiture.resume(" INT64_FORMAT ", jobs => %s)", order->run_id, jobs);
  PG_TRY();
  { call_procedure(sql); }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    EmitErrorReport();
    FlushErrorState();
    AbortCurrentTransaction();
    record_failure(order->run_id, error);
  }
  PG_END_TRY();
}

static void work(const WorkerOrder *order) {
  BackgroundWorkerInitializeConnectionByOid(order->database, order->session_role, 0);
  if (order->role != order->session_role) SetCurrentRoleId(order->role, order->is_superuser);
  SetConfigOption("default_transaction_isolation", "read committed", PGC_USERSET, PGC_S_OVERRIDE);
  SetConfigOption("default_transaction_read_only", "off", PGC_USERSET, PGC_S_OVERRIDE);
  for (int i = 0; i < static_cast<int>(lengthof(settings)); i++)
    SetConfigOption(settings[i], order->values[i], PGC_USERSET, PGC_S_SESSION);
  MemoryContextSwitchTo(TopMemoryContext);
  if (order->leads)
    lead(order);
  else
    call_procedure(psprintf("CALL confiture.work(" INT64_FORMAT ")", order->run_id));
}

}  // namespace confiture

extern "C" {
PGDLLEXPORT void confiture_worker_main(Datum);

void confiture_worker_main(Datum) {
  confiture::WorkerOrder order;
  memcpy(&order, MyBgworkerEntry->bgw_extra, sizeof(order));
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  confiture::work(&order);
}
}

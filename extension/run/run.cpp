#include "run/run.h"

#include "load/progress.h"
#include "pg/attempt.h"
#include "pg/list.h"
#include "pg/next_transaction.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "pg/wait.h"
#include "record/interruption.h"
#include "record/run_lock.h"
#include "record/run_store.h"
#include "run/cost.h"
#include "run/finish.h"
#include "run/prepare.h"
#include "run/subset.h"
#include "run/work.h"
#include "run/workers.h"
#include "source/attempt.h"

namespace confiture {

struct RunCall {
  int64 run_id;
  RunOptions options;
  Jsonb *parameters;
  bool is_queued;   // it has a row, and nothing more
  bool is_resumed;  // it has tables
  bool is_started;  // what the source sends from now on is committed
  bool is_retried;  // on its own, after the source was lost
  bool is_over;
  const char *failure;    // how the source was lost
  MemoryContext context;  // outlives its transactions
};

static void end_transaction(const RunCall *call) {
  if (call->options.atomic)
    CommandCounterIncrement();
  else
    next_transaction();
}

static void report_notes(const RunPlan *plan) {
  for (const char *note : each_text(plan->notes)) ereport(NOTICE, (errmsg("%s", note)));
}

// ---------------------------------------------------------------------------------------------------------------
// The rows

static void copy_in_one_transaction(RunCall *call, const RunWork *work, Source *source) {
  begin_costs();
  Queue queue = begin_queue(call->run_id, nullptr);
  MemoryContext chunk = AllocSetContextCreate(CurrentMemoryContext, "confiture chunk", ALLOCSET_DEFAULT_SIZES);
  MemoryContext context = MemoryContextSwitchTo(chunk);
  while (copy_next_chunk(work, &queue, source)) {
    end_progress();
    CommandCounterIncrement();
    MemoryContextReset(chunk);
  }
  MemoryContextSwitchTo(context);
  for (Oid relation : each_oid(mark_done_tables(call->run_id, InvalidOid)))
    if (work->analyze_tables) analyze_table(call->run_id, relation);
}

static bool may_call_work() {
  return spi_run("SELECT has_function_privilege('confiture.work(bigint)', 'EXECUTE')").first().next<bool>();
}

// Takes part in the work, and waits for the others. False when the run's snapshot is lost.
static bool copy_with_workers(RunCall *call, const RunWork *work, const RunPlan *plan) {
  int wanted = fitting_jobs(&call->options, plan) - 1;
  bool may_help = may_call_work();
  int launched = may_help ? launch_workers(call->run_id, wanted) : 0;
  if (launched < wanted)
    ereport(NOTICE,
            (errmsg("run " INT64_FORMAT " continues with %d of %d jobs", call->run_id, launched + 1, wanted + 1),
             may_help ? errhint("max_worker_processes has no room for more.")
                      : errhint("Workers call confiture.work(), which you may not execute.")));
  // A worker that ends early leaves its chunk to this process, so that the queue is empty afterwards: but for what
  // comes after the chunk.
  if (!work_on(work, &call->failure)) {
    stop_workers();
    return false;
  }
  while (count_workers() > 0) {
    if (is_stopped(call->run_id)) stop_workers();
    next_transaction();
    wait_a_moment(50);
  }
  finish_tables(work, InvalidOid);  // a worker may have ended right after a table's last chunk
  return true;
}

// ---------------------------------------------------------------------------------------------------------------
// With one snapshot

static RunPlan *make_run_plan(Source *source, const RunCall *call) {
  RunPlan *plan = plan_run(source, &call->options, call->is_resumed ? names_of_run(call->run_id) : NIL);
  refuse_run_problems(plan, call->options.server);
  report_notes(plan);
  return plan;
}

static void prepare(Source *source, const RunCall *call, const RunPlan *plan) {
  if (call->is_resumed)
    prepare_resumed_run(source, call->run_id, &call->options, plan);
  else
    prepare_run(source, call->run_id, &call->options, plan, call->parameters, call->is_queued);
}

// A source that comes back may be lost again at once: false then.
static bool take_step(const RunCall *call, Source *source, Callback<void()> step) {
  if (!call->is_retried) {
    step();
    return true;
  }
  ErrorData *failure = try_step(source, step);
  if (failure != nullptr && !(source->failed && source->is_lost)) ReThrowError(failure);
  return failure == nullptr;
}

// A commit may wait for a synchronous standby, while the run's record is not to be seen yet.
static void end_first_transaction(const RunCall *call, const Source *source) {
  show_preparing_run(call->run_id, source->server_oid);
  end_transaction(call);
  end_progress();
}

static bool is_alive(Source *source) {
  return try_body(source, [&] { (void)source_query(source, "SELECT"); }) == nullptr;
}

static void fail_with_loss(const RunCall *call) {
  store_state(call->run_id, "failed", call->failure != nullptr ? call->failure : "the source was lost");
}

static void copy_with_snapshot(RunCall *call, Source *source, RunPlan *plan) {
  if (!take_step(call, source, [&] { plan->subset = choose_subset(source, &call->options, plan); })) return;
  if (!take_step(call, source, [&] {
        prepare(source, call, plan);
        store_subset_reasons(call->run_id, plan->subset);
      }))
    return;
  release_sets(plan->subset);
  call->is_started = !call->options.atomic;
  end_first_transaction(call, source);
  if (call->is_retried)
    ereport(WARNING,
            (errmsg("the source was lost, run " INT64_FORMAT " continues with another snapshot", call->run_id)));

  fit_plans();
  RunWork work = load_work(call->run_id);
  if (call->options.atomic) {
    copy_in_one_transaction(call, &work, source);
  } else if (!copy_with_workers(call, &work, plan)) {
    if (!is_alive(source)) return;
    // The trouble of another connection, while the snapshot lives on, is not healed by a new snapshot.
    fail_with_loss(call);
  }
  call->is_over = true;
  if (!is_stopped(call->run_id)) finish_run(call->run_id, &call->options, plan);
}

static void run_with_snapshot(RunCall *call, Source *source) {
  RunPlan *plan = nullptr;
  if (!take_step(call, source, [&] { plan = make_run_plan(source, call); })) return;
  // The plan's locks on the tables would block another run that prepares them, and its locks this one.
  end_first_transaction(call, source);
  if (!call->options.atomic) return with_triggers_off([&] { copy_with_snapshot(call, source, plan); });
  if (may_switch_triggers_off()) switch_triggers_off();
  copy_with_snapshot(call, source, plan);
}

// ---------------------------------------------------------------------------------------------------------------
// To the end

// A source that was lost took its snapshot along: the run continues with another, as far as its chunks allow. A source
// that is lost whenever it sends the same rows is not retried for ever.
static void run_until_over(RunCall *call) {
  with_source(call->options.server, [&](Source *source) { run_with_snapshot(call, source); });
  call->is_resumed = call->is_retried = true;
  TimestampTz lost_since = 0;
  int64 most_done = -1;
  for (int attempt = 0; !call->is_over; attempt++) {
    int64 done = count_done(call->run_id);
    if (done > most_done) {
      most_done = done;
      lost_since = GetCurrentTimestamp();
      attempt = 0;
    }
    if (TimestampDifferenceMilliseconds(lost_since, GetCurrentTimestamp()) >= call->options.retry_ms) {
      fail_with_loss(call);
      return;
    }
    pause_for_source(attempt);
    (void)with_source_if_any(call->options.server, [&](Source *source) { run_with_snapshot(call, source); });
  }
}

// What ends the leader of a run that has begun is kept with the run, and its caller learns how to go on. A cancel
// leaves the run interrupted.
[[noreturn]] static void end_with_error(const RunCall *call) {
  ErrorData *error = CopyErrorData();
  FlushErrorState();
  commit_after_error([&] {
    if (is_about_session(error))
      store_interruption(call->run_id, text_of(error));
    else
      fail_open_run(call->run_id, error);
    if (error->hint == nullptr) error->hint = const_cast<char *>(way_on(call->run_id, call->context));
  });
  ReThrowError(error);
}

// What stops a run before it begins is kept too, with its reason: a nightly one has nobody who reads the error.
[[noreturn]] static void end_refused(const RunCall *call) {
  ErrorData *error = CopyErrorData();
  FlushErrorState();
  if (!is_about_session(error))
    commit_after_error([&] { store_refused(call->run_id, call->options.server, call->parameters, error); });
  ReThrowError(error);
}

static RunResult result_of(const RunCall *call) {
  RunResult result = load_result(call->run_id);
  if (call->options.atomic) return result;
  // Committed before it is reported.
  next_transaction();
  release_run();
  return result;
}

static RunResult lead(RunCall *call) {
  MemoryContext context = call->context = CurrentMemoryContext;
  record_exits();
  fit_plans();
  PG_TRY();
  { run_until_over(call); }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    if (call->is_started) end_with_error(call);
    if (!call->options.atomic) end_refused(call);
    PG_RE_THROW();
  }
  PG_END_TRY();
  RunResult result = result_of(call);
  report_result(&result, call->options.atomic);
  return result;
}

// A leader that the server refuses, because its role may not log in, say, never learns of the run.
static RunResult start_in_background(RunCall *call) {
  next_transaction();
  LeaderStart start = launch_leader(call->run_id, call->options.jobs);
  RunResult result = load_result(call->run_id);
  if (start == LeaderStart::leads || strcmp(result.state, "queued") != 0 || !lock_run_for_transaction(call->run_id))
    return result;
  bool has_room = start != LeaderStart::no_room;
  const char *reason = has_room ? "the server did not let its background worker begin, and its log says why"
                                : "no background worker is free to lead it";
  store_state(call->run_id, "failed", reason);
  next_transaction();
  ereport(ERROR, (errcode(has_room ? ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE : ERRCODE_INSUFFICIENT_RESOURCES),
                  errmsg("run " INT64_FORMAT " failed: %s", call->run_id, reason),
                  has_room ? 0 : errhint("Raise max_worker_processes, or run without detach.")));
}

// Problems are reported to the caller, not to a leader in the background.
static void plan_for_background(RunCall *call) {
  MemoryContext context = CurrentMemoryContext;
  PG_TRY();
  {
    with_source(call->options.server, [&](Source *source) { (void)make_run_plan(source, call); });
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    end_refused(call);
  }
  PG_END_TRY();
}

// ---------------------------------------------------------------------------------------------------------------
// What is called

RunResult sync_database(const RunOptions *options, Jsonb *parameters) {
  PreventCommandIfReadOnly("confiture.sync()");
  RunCall call = {};
  call.run_id = next_run_id();
  call.options = *options;
  call.parameters = parameters;
  if (options->detach) {
    plan_for_background(&call);
    store_run(call.run_id, options->server, "queued", parameters);
    return start_in_background(&call);
  }
  bool is_locked = options->atomic ? lock_run_for_transaction(call.run_id) : lock_run(call.run_id);
  if (!is_locked) elog(ERROR, "run " INT64_FORMAT " is led by another session", call.run_id);
  return lead(&call);
}

// The policy of a run that has planned nothing yet is that of a new one. Its background leader got it from a session
// that was checked.
static void check_policy(const RunCall *call) {
  if (call->is_queued && MyBgworkerEntry == nullptr) (void)effective_policy(policy_name(call->options.policy));
}

static void change_parameter(RunCall *call, const RunRecord *record, const char *name, const char *value) {
  call->parameters = store_parameter(record, name, value);
  call->options = read_options(call->parameters);
}

RunResult resume_run(int64 run_id, int jobs, bool detach, const char *on_violation) {
  PreventCommandIfReadOnly("confiture.resume()");
  RunRecord record = load_run(run_id);
  require_same_role(&record);
  refuse_closed(&record);
  require_seal(&record);
  RunCall call = {};
  call.run_id = run_id;
  call.options = read_options(record.parameters);
  call.parameters = record.parameters;
  call.is_resumed = names_of_run(run_id) != NIL;
  call.is_queued = !call.is_resumed;
  check_policy(&call);
  if (!(detach ? lock_run_for_transaction(run_id) : lock_run(run_id))) raise_led(run_id);
  if (on_violation != nullptr) change_parameter(&call, &record, "on_fk_violation", on_violation);
  call.options.detach = false;
  if (jobs > 0) call.options.jobs = jobs;
  if (detach) {
    store_queued(run_id);
    return start_in_background(&call);
  }
  if (on_violation != nullptr) next_transaction();  // confiture.cancel() would wait for the run's row
  return lead(&call);
}

// The leader's session may have logged in as another role than the run's: the caller's membership in the run's role
// was checked, and pg_cancel_backend() would ask for membership in the other.
static void cancel_process(int pid) {
  Oid caller;
  int context;
  GetUserIdAndSecContext(&caller, &context);
  SetUserIdAndSecContext(BOOTSTRAP_SUPERUSERID, context | SECURITY_LOCAL_USERID_CHANGE);
  (void)DirectFunctionCall1(pg_cancel_backend, Int32GetDatum(pid));
  SetUserIdAndSecContext(caller, context);
}

// The leader may wait for a synchronous standby at a commit, with its run locked or not to be seen yet: the signal
// comes first, and the commit of what is recorded here waits for no standby.
bool cancel_run(int64 run_id) {
  int leader = leader_of(run_id);
  if (leader != 0 && !has_run(run_id))
    return DatumGetBool(DirectFunctionCall1(pg_cancel_backend, Int32GetDatum(leader)));
  (void)load_run(run_id);  // for its members only
  if (leader != 0) cancel_process(leader);
  commit_without_standby();
  cancel_open_run(run_id);
  return leader != 0;
}

}  // namespace confiture

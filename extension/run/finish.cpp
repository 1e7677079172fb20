#include "run/finish.h"

#include "pg/next_transaction.h"
#include "pg/session.h"
#include "pg/wait.h"
#include "pg/spi.h"
#include "run/name_patterns.h"
#include "record/run_lock.h"
#include "run/sequences.h"
#include "record/run_store.h"
#include "run/views.h"
#include "run/work.h"
#include "set_aside/restore.h"
#include "source/attempt.h"

namespace confiture {

static void next_quiet_transaction() {
  next_transaction();
  if (may_switch_triggers_off()) switch_triggers_off();
}

struct WantedNames {
  List *include, *exclude;
};

static bool is_wanted(const char *schema, const char *name, void *arg) {
  const WantedNames *wanted = static_cast<WantedNames *>(arg);
  return (wanted->include == NIL || matches_any(wanted->include, schema, name)) &&
         !matches_any(wanted->exclude, schema, name);
}

// Of what was set aside: the rest of the run waits until somebody has seen to it.
static bool has_failures(int64 run_id) {
  const char *failures = restore_failures(run_id);
  if (failures != nullptr) store_state(run_id, "failed", failures);
  return failures != nullptr;
}

// Somebody may lend a hand with confiture.work(): what he is at has to be back too before foreign keys are looked at.
static void restore_run(int64 run_id, void (*next)()) {
  for (;;) {
    bool restored = restore_one(run_id);
    if (!restored && !is_being_restored(run_id)) return;
    if (next != nullptr) next();
    if (!restored) wait_a_moment(50);
  }
}

void finish_run(int64 run_id, const RunOptions *options, const RunPlan *plan) {
  void (*next)() = options->atomic ? nullptr : next_quiet_transaction;
  if (may_switch_triggers_off()) switch_triggers_off();
  List *done = run_relations(run_id, "done"), *failed = run_relations(run_id, "failed");
  restore_run(run_id, next);
  if (has_failures(run_id)) return;
  int64 violated = verify_run_foreign_keys(run_id, done, failed, options->on_violation, next);
  if (violated > 0) {
    store_state(run_id, "failed", foreign_key_report(run_id));
    return;
  }
  if (has_failures(run_id)) return;
  const char *report = foreign_key_report(run_id);
  if (report != nullptr)
    ereport(NOTICE, (errmsg("not all foreign keys of run " INT64_FORMAT " were fulfilled", run_id),
                     errdetail_internal("%s", report)));
  WantedNames wanted = {parse_patterns(options->include, "include"), parse_patterns(options->exclude, "exclude")};
  set_run_sequences(run_id, plan->sequences, is_wanted, &wanted, options->atomic);
  if (next != nullptr) next();
  if (options->refresh_views) refresh_views(done, next);
  store_state(run_id, has_failed_tables(run_id) ? "partial" : "done", nullptr);
}

RunResult load_result(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  uint64 n = old_spi_run_as_owner(
      "SELECT r.state, count(t.relation), coalesce(sum(t.rows), 0)::int8, coalesce(sum(t.bytes), "
      "0)::int8, (extract(epoch FROM coalesce(r.finished_at, clock_timestamp()) - r.started_at) * 1000000)::int8 "
      "FROM confiture.run r LEFT JOIN confiture.run_table t ON t.run_id = r.run_id AND t.state "
      "= 'done' WHERE r.run_id = $1 GROUP BY r.run_id",
      1, types, values);
  if (n == 0)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("run " INT64_FORMAT " was deleted from confiture.run while it went on", run_id)));
  bool is_null;
  return {run_id,
          old_spi_text(0, 1),
          DatumGetInt64(old_spi_datum(0, 2, &is_null)),
          DatumGetInt64(old_spi_datum(0, 3, &is_null)),
          DatumGetInt64(old_spi_datum(0, 4, &is_null)),
          DatumGetInt64(old_spi_datum(0, 5, &is_null))};
}

void report_result(const RunResult *result, bool is_atomic) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(result->run_id)};
  bool is_partial = strcmp(result->state, "partial") == 0;
  if (!is_partial && strcmp(result->state, "failed") != 0 && strcmp(result->state, "cancelled") != 0) return;
  old_spi_run_as_owner(
      "SELECT coalesce(r.error, ''), (SELECT string_agg(format('%s: %s.', t.relation_name, "
      "t.error), E'\\n' ORDER BY t.relation_name) FROM confiture.run_table t WHERE t.run_id = "
      "r.run_id AND t.state = 'failed') FROM confiture.run r WHERE r.run_id = $1",
      1, types, values);
  const char *reason = old_spi_text(0, 1), *tables = old_spi_text(0, 2);
  ereport(is_partial ? WARNING : ERROR,
          (errcode(is_partial ? ERRCODE_WARNING : ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
           is_partial ? errmsg("run " INT64_FORMAT " is partial: tables failed", result->run_id)
                      : errmsg("run " INT64_FORMAT " %s%s%s", result->run_id,
                               strcmp(result->state, "failed") == 0 ? "failed" : "was cancelled",
                               reason[0] != '\0' ? ": " : "", reason),
           is_partial && tables != nullptr ? errdetail_internal("%s", tables) : 0,
           is_atomic ? 0
                     : errhint("What is done stays: CALL confiture.resume(" INT64_FORMAT ") goes on with it.",
                               result->run_id)));
}

void raise_led(int64 run_id) {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
                  errmsg("run " INT64_FORMAT " is led by process %d", run_id, leader_of(run_id)),
                  errhint("confiture.progress shows it, confiture.cancel() stops it.")));
}

}  // namespace confiture

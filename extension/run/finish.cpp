#include "run/finish.h"

#include "pg/next_transaction.h"
#include "pg/session.h"
#include "pg/wait.h"
#include "record/run_store.h"
#include "run/foreign_keys.h"
#include "run/relation_patterns.h"
#include "run/sequences.h"
#include "run/views.h"
#include "set_aside/restore.h"

namespace confiture {

static void next_quiet_transaction() {
  next_transaction();
  if (may_switch_triggers_off()) switch_triggers_off();
}

// Did something that was set aside fail to come back? Then the run ends here, to be resumed once that is settled.
static bool has_failures(int64 run_id) {
  const char *failures = restore_failures(run_id);
  if (failures != nullptr) store_state(run_id, "failed", failures);
  return failures != nullptr;
}

// Other processes may restore too, called with confiture.work(): theirs must be back before foreign keys are verified.
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
  List *include = parse_patterns(options->include, "include"), *exclude = parse_patterns(options->exclude, "exclude");
  auto is_wanted = [&](const char *schema, const char *name) {
    return (include == NIL || matches_any(include, schema, name)) && !matches_any(exclude, schema, name);
  };
  set_run_sequences(run_id, plan->sequences, is_wanted, options->atomic);
  if (next != nullptr) next();
  if (options->refresh_views) refresh_views(done, next);
  store_state(run_id, has_failed_tables(run_id) ? "partial" : "done", nullptr);
}

}  // namespace confiture

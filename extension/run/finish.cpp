#include "run/finish.h"

#include "load/progress.h"
#include "pg/next_transaction.h"
#include "pg/wait.h"
#include "plan/relation_patterns.h"
#include "record/run_store.h"
#include "run/foreign_keys.h"
#include "run/sequences.h"
#include "run/views.h"
#include "set_aside/restore.h"

namespace confiture {

// Other processes may restore too, called with confiture.work(): theirs must be back before foreign keys are verified.
static void restore_run(int64 run_id, void (*next)(), Callback<void()> show) {
  for (;;) {
    show();  // again and again: the progress of a CREATE INDEX takes its place
    bool restored = restore_one(run_id, show);
    if (!restored && !is_being_restored(run_id)) return;
    if (next != nullptr) next();
    if (!restored) wait_a_moment(50);
  }
}

static void add(StringInfo sentences, const char *more) {
  if (more != nullptr) appendStringInfo(sentences, "%s%s", sentences->len > 0 ? "\n" : "", more);
}

static void set_sequences(int64 run_id, const RunOptions *options, const RunPlan *plan, StringInfo failures) {
  List *include = parse_patterns(options->include, "include"), *exclude = parse_patterns(options->exclude, "exclude");
  auto is_wanted = [&](const char *schema, const char *name) {
    return (include == NIL || matches_any(include, schema, name)) && !matches_any(exclude, schema, name);
  };
  add(failures,
      set_run_sequences(run_id, plan->sequences, is_wanted, options->mode == LoadMode::upsert, options->atomic));
}

static void warn_of_notes(int64 run_id) {
  const char *notes = table_notes(run_id);
  if (notes != nullptr)
    ereport(WARNING, (errmsg("not all tables of run " INT64_FORMAT " were analyzed", run_id),
                      errdetail_internal("%s", notes), errhint("ANALYZE them yourself.")));
}

// What fails is recorded with its object, and does not keep the rest from being done: a resumed run tries it again.
void finish_run(int64 run_id, const RunOptions *options, const RunPlan *plan) {
  void (*next)() = options->atomic ? nullptr : next_transaction;
  List *done = run_relations(run_id, "done"), *failed = run_relations(run_id, "failed");
  StringInfoData failures;
  initStringInfo(&failures);
  Oid server = get_foreign_server_oid(options->server, true);
  auto show = [&](ClosingStep step, int64 number, int64 total) { show_closing(run_id, server, step, number, total); };
  restore_run(run_id, next, [&] { show(ClosingStep::indexes, 0, 0); });
  int64 violated =
      verify_run_foreign_keys(run_id, done, failed, options->on_violation, next,
                              [&](int64 number, int64 total) { show(ClosingStep::foreign_keys, number, total); });
  const char *report = foreign_key_report(run_id);
  if (violated > 0)
    add(&failures, report);
  else if (report != nullptr)
    ereport(NOTICE, (errmsg("not all foreign keys of run " INT64_FORMAT " were fulfilled", run_id),
                     errdetail_internal("%s", report)));
  add(&failures, restore_failures(run_id));
  show(ClosingStep::sequences, 0, 0);
  set_sequences(run_id, options, plan, &failures);
  if (next != nullptr) next();
  if (options->refresh_views)
    add(&failures,
        refresh_views(done, next, [&](int64 number, int64 total) { show(ClosingStep::views, number, total); }));
  end_progress();
  warn_of_notes(run_id);
  if (failures.len > 0)
    store_state(run_id, "failed", failures.data);
  else
    store_state(run_id, has_failed_tables(run_id) ? "partial" : "done", nullptr);
}

}  // namespace confiture

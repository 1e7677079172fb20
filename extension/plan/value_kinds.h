// What values of the source look like. The source counts; no value comes here.
#pragma once

#include "plan/sync_plan.h"

namespace confiture {

struct SampledColumn {
  const PlanColumn *column;
  bool is_compound;  // a document, an array or a composite, whose parts are judged

  // The answer.
  int64 values;          // not NULL
  int64 alike;           // of these, values of the kind
  const char *words;     // "62% of 1000 sampled values look like telephone numbers"; nullptr: like nothing personal
  const char *kind;      // "telephone numbers"
  const char *strategy;  // that suits it
  bool is_faint;         // within longer texts, or by how they are spread alone
};

// May the values of the column tell more than its type does?
bool can_be_sampled(const PlanColumn *column, bool *is_compound);

// Counts for each of the columns (SampledColumn *) what the values of up to `rows` rows look like, by one query.
// Returns how many rows there were. Wants the source's snapshot begun.
int64 sample_columns(Source *source, const SyncPlan *plan, List *columns, int32 rows);

}  // namespace confiture

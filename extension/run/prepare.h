// What happens before the first row of a run moves: chunks cut, everything recorded, indexes and keys set aside, tables
// emptied. All of it in the caller's transaction.
#pragma once

#include "run/plan.h"

namespace confiture {

// Where the run has a row already (queued), it becomes running; otherwise one is made.
void prepare_run(Source *source, int64 run_id, const RunOptions *options, const RunPlan *plan, Jsonb *parameters,
                 bool is_queued);

// The same for a run that is resumed, whose tables were planned again: chunks that are done are kept where they are
// ranges of a key; tables cut on ctid are emptied and start again, because ctid means nothing in another snapshot, and
// so do tables that another one took the place of on the source. Ereports 55000 with the differences when a table has
// another shape now.
void prepare_resumed_run(Source *source, int64 run_id, const RunOptions *options, const RunPlan *plan);

// How many processes are to copy: as many as the call says, otherwise two, or one where the tables are small.
int fitting_jobs(const RunOptions *options, const RunPlan *plan);

}  // namespace confiture

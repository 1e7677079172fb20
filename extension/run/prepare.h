// What happens before the first row of a run moves: chunks cut, everything recorded, indexes and keys set aside, tables
// emptied. All of it in the caller's transaction.
#pragma once

#include "run/plan.h"

namespace confiture {

// Where the run has a row already (queued), it becomes running; otherwise one is made.
void prepare_run(Source *from, int64 run_id, const RunOptions *options, const RunPlan *plan, Jsonb *parameters,
                 bool is_queued);

// The same for a run that is resumed, whose tables were planned anew: chunks that are done stay where they are ranges
// of a key; tables cut on ctid are emptied and start again, because ctid means nothing in another snapshot. Ereports
// 55000 with the differences when a table has another shape now.
void prepare_resumed_run(Source *from, int64 run_id, const RunOptions *options, const RunPlan *plan);

// Names of the run's tables on the source (char *).
List *names_of_run(int64 run_id);

}  // namespace confiture

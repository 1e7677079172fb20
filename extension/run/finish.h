// The end of a run: everything is back in place and verified before the run counts as done.
#pragma once

#include "run/plan.h"

namespace confiture {

// Puts back what was set aside, verifies foreign keys, sets sequences, refreshes views, records the run's state.
void finish_run(int64 run_id, const RunOptions *options, const RunPlan *plan);

}  // namespace confiture

// The end of a run: everything is back in place and verified before it is called done.
#pragma once

#include "run/run.h"
#include "run/plan.h"

namespace confiture {

// Foreign keys verified, triggers back, sequences set, views refreshed, the run's state recorded.
void finish_run(int64 run_id, const RunOptions *options, const RunPlan *plan);

RunResult load_result(int64 run_id);

// Ereports an ERROR for a run that failed, a WARNING for one that is partial.
void report_result(const RunResult *result, bool is_atomic);

[[noreturn]] void raise_led(int64 run_id);

}  // namespace confiture

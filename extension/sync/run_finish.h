// The end of a run: everything is back in place and verified before it is called done.
#pragma once

#include "run.h"
#include "run_plan.h"

namespace confiture {

// Foreign keys verified, triggers back, sequences set, views refreshed, the run's state recorded.
void finish_run(int64 run_id, const run_options *options, const run_plan *plan);

run_result load_result(int64 run_id);

// Ereports an ERROR for a run that failed, a WARNING for one that is partial.
void report_result(const run_result *result, bool is_atomic);

[[noreturn]] void raise_led(int64 run_id);

}  // namespace confiture

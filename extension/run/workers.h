// Background workers of a run: separate processes that work as the role that called, see run/work.h.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Starts up to n; returns how many the server had room for. They are stopped when the transaction of the caller fails.
int launch_workers(int64 run_id, int n);

// How many are still running?
int count_workers();

// Stops those that are running, and waits until all have ended.
void stop_workers();

enum class LeaderStart { no_room, leads, ended };

// Starts one that leads the run (CALL confiture.resume) in the background. Returns when it leads, or has ended: maybe
// without having seen the run.
LeaderStart launch_leader(int64 run_id, int jobs);

}  // namespace confiture

// The control tables confiture.run and confiture.run_table: what was done, for confiture.runs.
#pragma once

#include "plan/plan.h"

namespace confiture {

// What the sync of one table did.
struct SyncResult {
  uint64 rows;   // written
  uint64 bytes;  // received from the source
  int64 microseconds;
  bool binary;
  int64 run_id;
};

// Records a one-table run; commits with its rows or not at all.
void log_run(const SyncPlan *plan, const SyncResult *result, TimestampTz started);

}  // namespace confiture

// The control tables confiture.run and confiture.run_table: what was done, for confiture.runs.
#pragma once

#include "table/sync_table.h"

namespace confiture {

int64 next_run_id();

// Column name to what is done to it, as JSON.
char *columns_as_json(const SyncPlan *plan);

// Records a one-table run; commits with its rows or not at all.
void log_run(const SyncPlan *plan, const SyncResult *result, TimestampTz started);

}  // namespace confiture

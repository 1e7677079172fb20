// One table, from source to target, in the caller's transaction.
#pragma once

#include "pg/callback.h"
#include "plan/plan.h"
#include "table/log.h"

namespace confiture {

// Plans, empties, loads, verifies, logs. All or nothing: ereports and leaves the target as it was. Wants SPI connected
// and the session entered.
SyncResult sync_table(const SyncRequest *request);

// Masked rows of the source as they would be written, at most `limit`: calls use() for each.
void preview_table(const SyncRequest *request, int64 limit, Callback<void(HeapTuple, TupleDesc)> use);

}  // namespace confiture

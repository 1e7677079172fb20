// Mode upsert: through a temporary relation and INSERT ... ON CONFLICT.
#pragma once

#include "load/load.h"
#include "plan/plan.h"

namespace confiture {

// Loads the masked stream into a temporary relation shaped like the wire columns, then inserts from it into the
// target, updating rows whose primary key exists there. Returns the rows taken from the source.
uint64 upsert_rows(const SyncPlan *plan, const Transfer *transfer, MaskedStream *stream, const Progress *progress);

}  // namespace confiture

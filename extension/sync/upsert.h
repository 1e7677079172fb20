// Mode upsert: through a temporary relation and INSERT ... ON CONFLICT.
#pragma once

#include "load.h"
#include "plan.h"

namespace confiture {

// Loads the masked stream into a temporary relation shaped like the wire columns, then inserts from it into the
// target, updating rows whose primary key is there. Returns the rows taken from the source.
uint64 upsert_rows(const sync_plan *plan, const transfer *what, masked_stream *stream, const progress *shown);

}  // namespace confiture

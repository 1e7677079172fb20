// Mode upsert: through a temporary relation and INSERT ... ON CONFLICT.
#pragma once

#include "load/load.h"

namespace confiture {

// Loads the masked stream into a temporary relation shaped like the wire columns, then inserts from it into the
// target, updating rows whose primary key exists there. Returns the rows written; where there is nothing to update but
// keys, those taken from the source.
uint64 upsert_rows(const Transfer *transfer, MaskedStream *stream, const Progress *progress);

}  // namespace confiture

// The masked rows of a table, or of a chunk of it, into the target.
#pragma once

#include "load/progress.h"
#include "load/stream.h"

namespace confiture {

// Writes the whole stream as the transfer says: by its loader, upserted where it has key columns. Returns the rows
// written.
uint64 write_rows(const Transfer *transfer, MaskedStream *stream, const Progress *progress);

}  // namespace confiture

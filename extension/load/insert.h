// The loader for relations whose rows come through planner and executor: those that an extension keeps above the heap,
// foreign tables, views with INSTEAD OF triggers. INSERT ... SELECT from the masked stream, so that whoever keeps the
// rows routes them.
#pragma once

#include "load/rows_scan.h"

namespace confiture {

// Inserts the whole stream into the transfer's relation, as its owner, with `on_conflict` (SQL, may be "") at the end
// of the statement. Check the caller's privileges before. Returns the rows written. Errors come as those of
// load_rows(), and with less: where others than this server execute the INSERT, what they say is withheld.
uint64 insert_rows(const Transfer *transfer, MaskedStream *stream, const Progress *progress, const char *on_conflict);

}  // namespace confiture

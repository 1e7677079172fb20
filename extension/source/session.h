// The one read-only transaction on the source that catalog, plan and rows come from.
#pragma once

#include "source/connection.h"

namespace confiture {

// Ereports when the source is the database we are in. Before any lock is asked for there: the source would wait for us,
// and we for it.
void refuse_own_database(Source *from);

// Begins (REPEATABLE READ, read only, set up as pg_dump does, so that values print alike everywhere) and locks the
// relations against DDL before the snapshot is taken: catalog, queries and rows are of one shape. `relations` is a list
// for LOCK TABLE, nullptr for none. Where the role may not lock, it goes on without.
void begin_snapshot(Source *from, const char *relations);

// Gives the snapshot of the transaction to other sessions; valid as long as the transaction lives.
const char *export_snapshot(Source *from);

// Begins a transaction with somebody else's snapshot. False when there is no such snapshot any more.
bool begin_imported_snapshot(Source *from, const char *snapshot);

}  // namespace confiture

// The one read-only transaction on the source that catalog, plan and rows come from.
#pragma once

#include "source/query.h"

namespace confiture {

// Ereports 55000 when the source is the database we are in. To be called before any lock is asked for there: the source
// would wait for us, and we for it. Of a connection that was asked before this is no round trip.
void refuse_own_database(Source *source);

// Begins (REPEATABLE READ, read only, set up as pg_dump does, so that values print alike everywhere) and locks the
// relations against DDL before the snapshot is taken: catalog, queries and rows are of one shape. `relations` is a list
// for LOCK TABLE, nullptr for none. A role that may not lock does without.
void begin_snapshot(Source *source, const char *relations);

// Does each transaction of the connection have the process that refuse_own_database() found?
bool is_same_session(const Source *source);

// Then what begin_snapshot() runs without a lock: these statements, whose last one takes no snapshot yet.
const char *begin_again_statement(const Source *source);

// Exports the snapshot of the transaction for other sessions; valid as long as the transaction lives.
const char *export_snapshot(Source *source);

// Begins a transaction with a snapshot that another session exported. False when it no longer exists.
bool begin_imported_snapshot(Source *source, const char *snapshot);

}  // namespace confiture

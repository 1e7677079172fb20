// Tables whose rows another extension keeps, above the heap: distributed tables of Citus, hypertables of TimescaleDB.
// COPY FROM and DELETE ONLY would write past such an engine, into a heap that no query reads.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

struct Engine {
  const char *name;    // of the extension, "" where it is unknown
  const char *text;    // how the rows are kept, a sentence that names it
  bool takes_inserts;  // false: the relation is a part of another table, or a table of the engine itself
};

// Returns what keeps the target's rows when it is not PostgreSQL itself; nullptr for an ordinary table. `target` is
// open and locked. Nothing is executed; no function of the table's owner is called.
const Engine *find_engine(Relation target);
const Engine *find_engine(Oid relation);

// Is it a part of a table whose rows an extension keeps, such as a chunk of a hypertable? What holds for such parts,
// among it their foreign keys, follows the table.
bool is_engine_part(Oid relation);

// Calls body, which changes a table's definition or rows. Where an extension keeps the rows of the relation, or of
// `other` (may be InvalidOid), it is called with triggers on, which the extension may need to follow, and as the owner
// of the relation: one transaction of Citus must not reach the same shards as two roles, which would wait for each
// other.
void as_engine_wants(Oid relation, Oid other, Callback<void()> body);

}  // namespace confiture

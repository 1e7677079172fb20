// Tables whose rows another extension keeps, above the heap: distributed tables of Citus, hypertables of TimescaleDB.
// COPY FROM and DELETE ONLY would write past such an engine, into a heap that no query reads.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Returns how the target is written when it is not by PostgreSQL itself, as a sentence that names the engine; nullptr
// for an ordinary table. `target` is open and locked. Nothing is executed; no function of the table's owner is called.
const char *find_engine(Relation target);

}  // namespace confiture

// Extensions of a source that keep the rows of tables elsewhere than in the tables: TimescaleDB in chunks, Citus on
// other nodes.
#pragma once

#include "source/query.h"

namespace confiture {

// Oids, by what the engine makes of them.
struct SourceEngines {
  List *hypertables;  // TimescaleDB's: their rows are in the chunks, which their name means but for ONLY
  List *chunks;       // of those; their rows may be compressed, and ONLY means the others
  List *distributed;  // Citus's: their rows are in shards on several nodes, each of which has its own snapshot
  List *shards;       // of those, where Citus shows them
};

// One query for a source without such an extension, two with one. Wants no transaction and sets none.
SourceEngines read_source_engines(Source *source);

}  // namespace confiture

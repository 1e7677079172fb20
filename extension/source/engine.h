// Extensions of a source that keep the rows of tables elsewhere than in the tables: TimescaleDB in chunks, Citus on
// other nodes.
#pragma once

#include "source/query.h"

namespace confiture {

struct SourceEngines {
  List *
      hypertables;  // Oids; read by their name, not ONLY, with their chunks as partitioned tables with their partitions
  List *parts;      // Oids of chunks in the user's schemas, and of shards where Citus shows them: no tables to copy
  List *distributed;  // Oids of Citus's tables: each node has a snapshot of its own
};

// One query for a source without such an extension, two with one. Wants no transaction and sets none.
SourceEngines read_source_engines(Source *source);

}  // namespace confiture

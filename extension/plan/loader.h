// The way rows get into a target.
#pragma once

#include "pg/pg.h"

namespace confiture {

enum class Loader {
  copy,    // the server's COPY FROM machinery, straight into the heap
  tuples,  // heap tuples formed from the stream, straight into the heap
  insert,  // INSERT ... SELECT from the masked stream, through planner and executor
};

const char *loader_name(Loader loader);
Loader loader_of(const char *name);  // `copy` for a name that is none

// Which of a table's triggers may fire while its rows are written.
enum class FiringTriggers { none, internal, all };

// Why COPY FROM has to load the relation, or nullptr: the loader `tuples` can. `columns` (char *) are those whose
// values travel; `silent`: triggers that fire on origin do not. The caller holds a lock on the relation. Wants SPI
// connected.
const char *why_not_tuples(Relation relation, List *columns, FiringTriggers firing, bool silent);
// The same of what holds rows itself, apart from their columns: also of a partition.
const char *why_not_rows(Relation relation, FiringTriggers firing, bool silent);

}  // namespace confiture

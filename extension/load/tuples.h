// The loader `tuples`: rows of the wire are formed into heap tuples in place of COPY FROM's parsing, function calls and
// allocations per value. Heap, indexes, constraints and WAL are written by the server's own functions, as COPY does.
#pragma once

#include "load/stream.h"
#include "load/wire_rows.h"

namespace confiture {

// Where a load is, for the CONTEXT of errors: no value, a column's name and a row's number.
struct TupleLoad;
const char *place_of(const TupleLoad *load);

// Begins a load of a relation that why_not_tuples() objects nothing to; then loads the whole stream, as COPY FROM
// would, and returns the rows written. Call as the relation's owner.
TupleLoad *begin_tuple_load(Relation relation, const Transfer *transfer, MaskedStream *stream);
uint64 load_tuples(TupleLoad *load);

}  // namespace confiture

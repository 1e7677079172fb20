// Rows in, rows written: the loader. This one hands the stream to the server's own COPY FROM.
#pragma once

#include "pg/callback.h"
#include "load/progress.h"
#include "load/stream.h"

namespace confiture {

// Loads the whole stream into `target`, which has the transfer's columns: the target itself, or a table shaped like it.
// Returns the rows written. Errors come with their SQLSTATE and the objects they are about, but without any value of a
// row.
uint64 load_rows(Oid target, const Transfer *transfer, MaskedStream *stream, const Progress *progress);

// Reads the stream as rows of the target without writing any: calls use() for each.
void read_rows(const Transfer *transfer, MaskedStream *stream, Callback<void(HeapTuple, TupleDesc)> use);

}  // namespace confiture

// Rows in, rows written: the loader. This one hands the stream to the server's own COPY FROM.
#pragma once

#include "pg/callback.h"
#include "load/progress.h"
#include "load/stream.h"

namespace confiture {

// Loads the whole stream into `target`, which has the transfer's columns: the target itself, or a table shaped like it.
// The code that runs for each row (constraints, defaults, domains, index expressions, triggers) runs as the owner of
// the transfer's relation: check the caller's privileges before, and see check_at_once(). Returns the rows written.
// Errors come with their SQLSTATE and the objects they are about, but without any value of a row.
uint64 load_rows(Oid target, const Transfer *transfer, MaskedStream *stream, const Progress *progress);

// Reads the stream as rows of the target without writing any: calls use() for each, as the target's owner, in a
// subtransaction that is rolled back.
void read_rows(const Transfer *transfer, MaskedStream *stream, Callback<void(HeapTuple, TupleDesc)> use);

}  // namespace confiture

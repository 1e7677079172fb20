// Rows in, rows written: the loader. This one hands the stream to the server's own COPY FROM.
#pragma once

#include "load/progress.h"
#include "load/stream.h"

namespace confiture {

// Loads the whole stream into a table that has the transfer's columns: the target, or one shaped like it. Returns the
// rows written. Errors come with their SQLSTATE and the objects they are about, but without any value of a row.
uint64 load_rows(Oid into, const Transfer *what, MaskedStream *stream, const Progress *shown);

// Reads the stream as rows of the target without writing any: calls use(tuple, arg) for each.
void read_rows(const Transfer *what, MaskedStream *stream, void (*use)(HeapTuple, TupleDesc, void *), void *arg);

}  // namespace confiture

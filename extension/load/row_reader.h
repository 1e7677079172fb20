// Rows of a stream as values for the executor, one after another.
#pragma once

#include "load/stream.h"

namespace confiture {

struct RowReader;

// Makes the reader, which lives in the current memory context. `relation` is the transfer's, open while rows are read.
RowReader *begin_reading(Relation relation, const Transfer *transfer, MaskedStream *stream);

// Reads the next row: a value for each column of the transfer, in wire order, valid until the next call or until the
// current memory context is reset. False: there are no more. Code of types and domains runs as the current role.
bool read_row(RowReader *reader, Datum *values, bool *nulls);

// Where an error that came out of read_row() arose: no value, a column's name and a row's number. nullptr: elsewhere.
const char *place_of_failure(const RowReader *reader);

}  // namespace confiture

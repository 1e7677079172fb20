// Rows of a stream, read where they lie: as the masker hands them out, or without one from the bytes of COPY's binary
// format.
#pragma once

#include "load/stream.h"

namespace confiture {

using WireField = wall::Field;

// Lives as long as the stream.
struct WireRows {
  MaskedStream *stream;
  int n_columns;
  const WireField *fields;  // of the row at hand, in wire order
  size_t size;              // its bytes
  int n_nulls;              // among its fields
  uint64 row;               // its number, from 1

  wall::FieldRows masked;  // with a masker: the rows at hand
  size_t n_read;           // of these

  WireField *scanned;    // without one: room for the fields
  const char *at, *end;  // what is left of the bytes at hand
  StringInfoData carry;  // the beginning of an item (header, row, trailer) whose end is not at hand
  size_t needed;         // how many bytes of that item must be there before it is worth another look
  bool in_header, at_end;
};

// Gives a stream of texts a masker, if it has none.
WireRows *begin_wire_rows(MaskedStream *stream, const Transfer *transfer);

// Reads the next row. Its fields are valid until the next call. False: the stream has ended, with its trailer. Ereports
// as read_stream() does.
bool next_wire_row(WireRows *rows);

}  // namespace confiture

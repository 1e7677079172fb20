// Rows of a stream in COPY's binary format, read where they lie.
#pragma once

#include "load/stream.h"

namespace confiture {

struct WireField {
  const char *bytes;
  int32 size;  // -1: NULL
};

// Lives as long as the stream.
struct WireRows {
  MaskedStream *stream;
  int n_columns;
  WireField *fields;     // of the row at hand, in wire order
  size_t size;           // its bytes
  int n_nulls;           // among its fields
  uint64 row;            // its number, from 1
  const char *at, *end;  // what is left of the bytes at hand
  StringInfoData carry;  // the beginning of an item (header, row, trailer) whose end is not at hand
  size_t needed;         // how many bytes of that item must be there before it is worth another look
  bool in_header, at_end;
};

WireRows *begin_wire_rows(MaskedStream *stream, int n_columns);

// Reads the next row. Its fields are valid until the next call. False: the stream has ended, with its trailer. Ereports
// as read_stream() does.
bool next_wire_row(WireRows *rows);

}  // namespace confiture

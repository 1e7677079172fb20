// Rows of a source, as the messages of its COPY ... TO STDOUT.
#pragma once

#include "source/source.h"

namespace confiture {

struct CopyRequest {
  const char *sql;
  bool is_view;  // it reads a view, whose constants an error may quote
  bool binary;
  int n_columns;
};

// Starts the COPY. Ereports 08P01 when what the source starts is none of that format and columns.
void source_start_copy(Source *source, const CopyRequest *request);

// Takes the next message. Returns its size in bytes; 0 when none is at hand and `wait` is false; -1 at the end, when
// *rows is the count that the source reports. *message is valid until the next call. Ereports when the connection
// breaks or the source fails; errors that may quote a row are withheld.
int source_copy_message(Source *source, const char **message, bool wait, uint64 *rows);

}  // namespace confiture

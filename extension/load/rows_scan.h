// Masked rows as a relation, for planner and executor to consume:
//
//   INSERT INTO target (a, b) SELECT a, b FROM confiture.masked_rows() AS r (a integer, b text)
//
// The rows of a function would go through a tuplestore first, and so through temporary files. So a hook of the planner
// puts a custom scan in its place, which hands on each row as it comes from the source.
#pragma once

#include "load/progress.h"
#include "load/row_reader.h"
#include "pg/callback.h"

namespace confiture {

struct RowsOffer {
  const Transfer *transfer;
  MaskedStream *stream;
  const Progress *progress;
  RowReader *reader;  // of the scan that took it
};

// Calls body, in which the first scan of confiture.masked_rows() that begins reads the stream. Every other one fails:
// there is a time between, in which code of the target's owner may run.
void with_offered_rows(RowsOffer *offer, Callback<void()> body);

// "confiture.masked_rows() AS r (column type, ...)"
char *masked_rows_item(const Transfer *transfer);

// Called once when the library is loaded.
void install_rows_scan();

}  // namespace confiture

// One scan of a foreign table that is under way: a connection, the COPY on it, the masker, and rows.
#pragma once

#include "load/row_reader.h"
#include "scan/scan_plan.h"

namespace confiture {

struct ScanReader {
  const ScanPlan *plan;
  Relation relation;
  const Transfer *transfer;  // of the columns that are needed
  MemoryContext context;     // of what one reading makes; emptied with each
  Lease lease;
  MaskedStream *stream;  // nullptr: not started, or stopped
  RowReader *row_reader;
  bool reads_by_settings;  // pinned while a row is read
  bool reads_money;        // and the one that money looks at
  Datum *values;           // of the columns that are needed, in wire order
  bool *nulls;
  uint64 rows;
  bool at_end;
};

// Makes a reader of the columns given by their numbers, all others being NULL. It lives in the current memory context,
// and whatever ends that ends what the source is doing.
ScanReader *make_reader(const ScanPlan *plan, Relation relation, Bitmapset *columns);

// The statement that it sends for the rows of a slice.
const char *reader_statement(const ScanReader *reader, const Slice *slice);

// Sends it. `is_alone`: nothing else reads from the source until the reader has ended.
void start_reader(ScanReader *reader, const Slice *slice, bool is_alone = false);

// Reads a row, one value for each column of the relation, into the current memory context. False at the end.
bool read_row(ScanReader *reader, Datum *values, bool *nulls);

// Stops the source where it has not ended. The reader can be started again.
void stop_reader(ScanReader *reader);

}  // namespace confiture

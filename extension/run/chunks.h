// Cuts a table of the source into chunks: slices of about equal size that the source finds without reading the rest.
#pragma once

#include "source/chunk_source.h"

namespace confiture {

// What distinguishes the rows of one chunk from those of another.
enum class ChunkBy {
  automatic,  // only as a request
  key,        // ranges of the primary key: hold under any snapshot
  ctid,       // ranges of row positions: hold under the snapshot they are read in, and no other
  table,      // nothing: each chunk is a whole table, or a whole partition
};

struct Chunk {
  const char *source_relation;  // quoted: the table, or a partition of it
  Oid source_oid;               // of that
  const char *condition;        // SQL for the source, nullptr for all rows; may hold values of the key
  int64 bytes;                  // estimate
  const bytea *positions;       // the rows, by packed positions; nullptr: as the condition says
};

struct ChunkList {
  ChunkBy by;
  List *chunks;  // Chunk *, in the order of the ranges; one at least
};

struct CutRequest {
  const char *filter;   // SQL condition on the source, nullptr for all rows
  const char *reads;    // SQL that is evaluated for each row besides, nullptr for none
  int64 chunk_bytes;    // what a chunk should have
  ChunkBy wanted;       // where possible: a table without a fit key is cut by ctid, others stay whole
  List *plain_columns;  // names of the columns copied as they are: only their values may be in conditions
};

// Tables below one and a half chunks cost no query, others one or two over a sample of some of their blocks; never more
// than 2000 chunks. A chunk is read FROM ONLY its relation, that of a partitioned table itself without ONLY, that of a
// partition AS the table's bare name, so that the filter finds its columns.
ChunkList cut_table(Source *source, const ChunkSource *table, const CutRequest *request);

}  // namespace confiture

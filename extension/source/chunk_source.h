// What the source's catalog says of tables that are to be cut into chunks.
#pragma once

#include "source/query.h"

namespace confiture {

// One column of a primary key, as the source's SQL writes it. Rows are ordered as the key's index orders them.
struct KeyColumn {
  const char *name;
  const char *quoted;
  const char *type;  // what the index compares: literals are cast to it
};

struct ChunkSource {
  const char *oid;
  const char *qualified;  // quoted
  const char *alias;      // of a partition: what the filter calls it, the bare name of the root
  char kind;              // relkind
  bool is_readable;       // all of it: ranges name ctid, which column privileges do not cover
  bool is_heap;           // has blocks of the kind we know, in the source itself
  int64 bytes;            // with TOAST, without indexes; of all partitions for their root
  int64 pages;            // of the rows themselves
  const char *width;      // SQL: bytes of a row's large values, where they are most of the table; nullptr otherwise
  List *key;              // KeyColumn *; NIL without a primary key whose values we can write down and compare
  const char *operators;  // the schema of the key's comparison operators, quoted
  List *partitions;       // ChunkSource *, the leaves below a partitioned table
};

// The tables of `oids` (the source's), in that order, without those that are gone (ChunkSource *). Two
// queries, however many tables. Wants begin_snapshot().
List *read_chunk_sources(Source *source, List *oids);

}  // namespace confiture

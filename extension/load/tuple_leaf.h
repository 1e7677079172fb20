// A table that formed tuples go into, the target or a partition of it, and those that wait for it.
#pragma once

#include "load/page_stock.h"

namespace confiture {

// As many as COPY takes: enough that a call fills several pages, few enough that they stay in a processor's cache.
constexpr int most_tuples = 1000;

struct TupleLeaf {
  ResultRelInfo *result;
  BulkInsertState bulk;
  PageStock stock;
  int options;
  bool is_checked, is_generated, is_partition;
  int n_tuples;
  TupleTableSlot *slots[most_tuples];
  bool borrows[most_tuples];  // the slot's tuple lies in memory that is not its own
};

// `is_routed`: its rows are known to be those of the partition. Lives in the current memory context.
TupleLeaf *open_leaf(ResultRelInfo *result, bool is_routed);
void close_leaf(TupleLeaf *leaf);

// The slot of the next tuple, for the caller to fill with one that add_tuple() then adds: computes what is generated
// and checks constraints. `violates`: ExecConstraints() has something to say even where there are no CHECKs.
TupleTableSlot *next_slot(TupleLeaf *leaf);
void add_tuple(TupleLeaf *leaf, EState *executor, bool violates);

// Writes the tuples that wait, and their index entries.
void flush_leaf(TupleLeaf *leaf, EState *executor, CommandId command, MemoryContext flushing);

}  // namespace confiture

// Formed tuples of a partitioned table on their way to its partitions, as COPY routes them.
#pragma once

#include "load/tuple_leaf.h"

namespace confiture {

struct TupleRouting {
  EState *executor;
  ModifyTableState *state;
  PartitionTupleRouting *partitions;
  TupleTableSlot *slot;  // of the partitioned table's own shape
  List *leaves;          // TupleLeaf *: those with slots
};

// `root` is the partitioned table's.
TupleRouting *begin_routing(ResultRelInfo *root, EState *executor);
void end_routing(TupleRouting *routing);

// Finds the partition of a tuple and fills its next slot with it, converted where the partition has another shape.
// Ereports where there is none.
TupleLeaf *route(TupleRouting *routing, HeapTuple tuple);

// Writes what waits for the partitions, and lets go of the slots of many.
void flush_leaves(TupleRouting *routing, CommandId command, MemoryContext flushing);

}  // namespace confiture

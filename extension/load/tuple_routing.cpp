#include "load/tuple_routing.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "plan/loader.h"

namespace confiture {

// Of partitions that keep their slots between batches, as in COPY.
static constexpr int most_leaves = 32;

TupleRouting *begin_routing(ResultRelInfo *root, EState *executor) {
  TupleRouting *routing = make<TupleRouting>();
  routing->executor = executor;
  ModifyTableState *state = makeNode(ModifyTableState);
  state->ps.state = executor;
  state->operation = CMD_INSERT;
  state->mt_nrels = 1;
  state->resultRelInfo = state->rootResultRelInfo = root;
  routing->state = state;
  routing->partitions = ExecSetupPartitionTupleRouting(executor, root->ri_RelationDesc);
  routing->slot = MakeSingleTupleTableSlot(RelationGetDescr(root->ri_RelationDesc), &TTSOpsHeapTuple);
  return routing;
}

// A partition may have been attached below a partition since the load began, or have got a trigger: what the rows need
// then is not for heap tuples. Nothing is known yet of one that the rows have not come to.
static void check_leaf(Relation partition) {
  bool silent = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  const char *reason = why_not_rows(partition, FiringTriggers::all, silent);
  // withhold_values() takes the DETAIL of any error of a load.
  if (reason != nullptr)
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("partition %s has changed since the load began: %s", RelationGetRelationName(partition), reason),
             errhint("The next plan of the table says whether its rows can be loaded.")));
}

// The field is for COPY's own buffers, which are to the partition what a leaf is here.
static TupleLeaf *leaf_of(TupleRouting *routing, ResultRelInfo *result) {
  if (result->ri_CopyMultiInsertBuffer == nullptr) {
    check_leaf(result->ri_RelationDesc);
    TupleLeaf *leaf = open_leaf(result, true);
    result->ri_CopyMultiInsertBuffer = reinterpret_cast<CopyMultiInsertBuffer *>(leaf);
    routing->leaves = append(routing->leaves, leaf);
  }
  return reinterpret_cast<TupleLeaf *>(result->ri_CopyMultiInsertBuffer);
}

TupleLeaf *route(TupleRouting *routing, HeapTuple tuple) {
  ExecStoreHeapTuple(tuple, routing->slot, false);
  ResultRelInfo *result = ExecFindPartition(routing->state, routing->state->rootResultRelInfo, routing->partitions,
                                            routing->slot, routing->executor);
  TupleLeaf *leaf = leaf_of(routing, result);
  TupleTableSlot *slot = next_slot(leaf);
  const TupleConversionMap *map = root_to_partition_map(result, routing->executor);
  if (map == nullptr)
    ExecStoreHeapTuple(tuple, slot, false);
  else
    ExecMaterializeSlot(execute_attr_map_slot(map->attrMap, routing->slot, slot));
  return leaf;
}

static void close_leaves(TupleRouting *routing) {
  for (TupleLeaf *leaf : each<TupleLeaf>(routing->leaves)) {
    leaf->result->ri_CopyMultiInsertBuffer = nullptr;
    close_leaf(leaf);
  }
  list_free(routing->leaves);
  routing->leaves = NIL;
}

void flush_leaves(TupleRouting *routing, CommandId command, MemoryContext flushing) {
  for (TupleLeaf *leaf : each<TupleLeaf>(routing->leaves)) flush_leaf(leaf, routing->executor, command, flushing);
  if (list_length(routing->leaves) > most_leaves) close_leaves(routing);
}

void end_routing(TupleRouting *routing) {
  close_leaves(routing);
  ExecDropSingleTupleTableSlot(routing->slot);
  ExecResetTupleTable(routing->executor->es_tupleTable, false);
  ExecCleanupTupleRouting(routing->state, routing->partitions);
}

}  // namespace confiture

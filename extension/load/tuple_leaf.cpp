#include "load/tuple_leaf.h"

#include "pg/memory.h"

namespace confiture {

// As COPY FREEZE asks: rows that everybody sees are seen by no snapshot of this session that is older than they are,
// and no rollback leaves them behind. A temporary table lives for too short a time.
static bool may_freeze(Relation relation) {
  if (!has_storage_of_this_level(relation) || relation->rd_rel->relpersistence == RELPERSISTENCE_TEMP) return false;
  InvalidateCatalogSnapshot();
  return ThereAreNoPriorRegisteredSnapshots() && ThereAreNoReadyPortals();
}

TupleLeaf *open_leaf(ResultRelInfo *result, bool is_routed) {
  TupleLeaf *leaf = make<TupleLeaf>();
  Relation relation = result->ri_RelationDesc;
  leaf->result = result;
  leaf->bulk = GetBulkInsertState();
  leaf->stock = open_stock(relation);
  // As COPY: to look for room in a file that this transaction made is a waste of time.
  if (has_new_storage(relation)) leaf->options |= TABLE_INSERT_SKIP_FSM;
  if (!is_routed && may_freeze(relation)) leaf->options |= TABLE_INSERT_FROZEN;
  const TupleConstr *constraints = RelationGetDescr(relation)->constr;
  leaf->is_generated = constraints != nullptr && constraints->has_generated_stored;
  leaf->is_checked = constraints != nullptr && constraints->num_check > 0;
  leaf->is_partition = relation->rd_rel->relispartition && !is_routed;
  return leaf;
}

void close_leaf(TupleLeaf *leaf) {
  for (int i = 0; i < most_tuples && leaf->slots[i] != nullptr; i++) ExecDropSingleTupleTableSlot(leaf->slots[i]);
  FreeBulkInsertState(leaf->bulk);
  close_stock(&leaf->stock, leaf->result->ri_RelationDesc);
  table_finish_bulk_insert(leaf->result->ri_RelationDesc, leaf->options);
  pfree(leaf);
}

TupleTableSlot *next_slot(TupleLeaf *leaf) {
  TupleTableSlot **slot = &leaf->slots[leaf->n_tuples];
  if (*slot == nullptr)
    *slot = MakeSingleTupleTableSlot(RelationGetDescr(leaf->result->ri_RelationDesc), &TTSOpsHeapTuple);
  return *slot;
}

// A slot must not copy the formed tuple: it keeps what it believes to be its own, until flush_leaf() takes the belief
// back.
void add_tuple(TupleLeaf *leaf, EState *executor, bool violates) {
  TupleTableSlot *slot = leaf->slots[leaf->n_tuples];
  slot->tts_tableOid = RelationGetRelid(leaf->result->ri_RelationDesc);
  if (leaf->is_generated) ExecComputeStoredGenerated(leaf->result, executor, slot, CMD_INSERT);
  if (leaf->is_checked || leaf->is_generated || violates) ExecConstraints(leaf->result, slot, executor);
  if (leaf->is_partition) ExecPartitionCheck(leaf->result, slot, executor, true);
  // Generated columns, and a partition of another shape, made the slot form a tuple of its own.
  bool borrows = !TTS_SHOULDFREE(slot);
  leaf->borrows[leaf->n_tuples] = borrows;
  if (borrows) slot->tts_flags |= TTS_FLAG_SHOULDFREE;
  leaf->n_tuples++;
}

// Leaves the executor's memory for a tuple as it is: the values of the next row may be in it, while it waits for room.
static void insert_index_entries(TupleLeaf *leaf, EState *executor) {
  for (int i = 0; i < leaf->n_tuples; i++) insert_index_tuples(leaf->result, leaf->slots[i], executor);
}

static void insert_tuples(TupleLeaf *leaf, CommandId command) {
  Relation relation = leaf->result->ri_RelationDesc;
  for (int i = 0, n; i < leaf->n_tuples; i += n) {
    TupleTableSlot **slots = leaf->slots + i;
    n = tuples_for_page(&leaf->stock, relation, leaf->bulk, slots, leaf->n_tuples - i);
    table_multi_insert(relation, slots, n, command, leaf->options, leaf->bulk);
  }
}

void flush_leaf(TupleLeaf *leaf, EState *executor, CommandId command, MemoryContext flushing) {
  if (leaf->n_tuples == 0) return;
  MemoryContext caller = MemoryContextSwitchTo(flushing);
  insert_tuples(leaf, command);
  MemoryContextSwitchTo(caller);
  MemoryContextReset(flushing);
  if (leaf->result->ri_NumIndices > 0) insert_index_entries(leaf, executor);
  for (int i = 0; i < leaf->n_tuples; i++) {
    if (leaf->borrows[i]) leaf->slots[i]->tts_flags &= ~TTS_FLAG_SHOULDFREE;
    ExecClearTuple(leaf->slots[i]);
  }
  leaf->n_tuples = 0;
}

}  // namespace confiture

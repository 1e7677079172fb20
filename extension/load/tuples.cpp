#include "load/tuples.h"

#include "load/progress.h"
#include "load/tuple_form.h"
#include "load/tuple_routing.h"
#include "pg/memory.h"

namespace confiture {

static constexpr size_t batch_size = 128 * 1024;

struct TupleLoad {
  Relation relation;
  WireRows *rows;
  TupleFormer *former;
  EState *executor;
  ResultRelInfo *result;
  TupleLeaf *leaf;        // of a plain table
  TupleRouting *routing;  // of a partitioned one
  CommandId command;
  MemoryContext flushing;
  HeapTupleData tuples[most_tuples];
  int n_tuples;
  char *memory, *to;  // of the batch's tuples, and behind the last of them
  size_t memory_size;
};

TupleLoad *begin_tuple_load(Relation relation, const Transfer *transfer, MaskedStream *stream) {
  TupleLoad *load = make<TupleLoad>();
  load->relation = relation;
  load->rows = begin_wire_rows(stream, transfer);
  load->executor = CreateExecutorState();
  load->former = make_tuple_former(relation, load->executor, transfer);
  load->result = makeNode(ResultRelInfo);
  set_result_relation(load->executor, relation);
  InitResultRelInfo(load->result, relation, 1, nullptr, 0);
  if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) {
    load->routing = begin_routing(load->result, load->executor);
  } else {
    ExecOpenIndices(load->result, false);
    load->leaf = open_leaf(load->result, false);
  }
  load->command = GetCurrentCommandId(true);
  load->flushing = AllocSetContextCreate(CurrentMemoryContext, "confiture flush", ALLOCSET_DEFAULT_SIZES);
  load->memory_size = batch_size;
  load->memory = load->to = static_cast<char *>(palloc(load->memory_size));
  return load;
}

const char *place_of(const TupleLoad *load) {
  const char *relation = RelationGetRelationName(load->relation), *column = column_at_hand(load->former);
  if (column == nullptr) return psprintf("%s, row " UINT64_FORMAT, relation, load->rows->row);
  return psprintf("column %s of %s, row " UINT64_FORMAT, quote_identifier(column), relation, load->rows->row);
}

static void flush(TupleLoad *load) {
  if (load->n_tuples == 0) return;
  if (load->routing != nullptr)
    flush_leaves(load->routing, load->command, load->flushing);
  else
    flush_leaf(load->leaf, load->executor, load->command, load->flushing);
  load->n_tuples = 0;
  load->to = load->memory;
  show_loaded(static_cast<int64>(load->rows->row), static_cast<int64>(load->rows->stream->bytes));
}

// Room for a tuple of that size, which is most of a batch at times.
static char *room_for(TupleLoad *load, size_t size) {
  size_t used = MAXALIGN(load->to - load->memory);
  if (used + size <= load->memory_size) return load->memory + used;
  flush(load);
  if (size > load->memory_size || (load->memory_size > batch_size && size <= batch_size)) {
    pfree(load->memory);
    load->memory_size = Max(size, batch_size);
    load->memory = load->to = static_cast<char *>(palloc_extended(load->memory_size, MCXT_ALLOC_HUGE));
  }
  return load->memory;
}

// A column that is NOT NULL may have NULL: ExecConstraints() says which. The shape of a partition may be another.
static bool may_violate_not_null(const TupleLoad *load, const TupleLeaf *leaf, const HeapTupleData *tuple) {
  TupleDesc descriptor = RelationGetDescr(leaf->result->ri_RelationDesc);
  if (descriptor->constr == nullptr || !descriptor->constr->has_not_null || !HeapTupleHasNulls(tuple)) return false;
  if (load->routing != nullptr) return true;
  for (int i = 0; i < load->former->n_columns; i++)
    if (load->former->columns[i].is_null && TupleDescAttr(descriptor, i)->attnotnull) return true;
  return false;
}

static TupleLeaf *place(TupleLoad *load, HeapTuple tuple) {
  if (load->routing != nullptr) return route(load->routing, tuple);
  ExecStoreHeapTuple(tuple, next_slot(load->leaf), false);
  return load->leaf;
}

static void add_row(TupleLoad *load) {
  size_t size = evaluate_row(load->former, load->rows);
  if (size > MaxAllocSize)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a row is larger than PostgreSQL can store")));
  char *memory = room_for(load, size);
  MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(load->executor));
  HeapTuple tuple = &load->tuples[load->n_tuples];
  load->to = form_tuple(load->former, load->rows, memory, tuple);
  MemoryContextSwitchTo(caller);
  TupleLeaf *leaf = place(load, tuple);
  add_tuple(leaf, load->executor, may_violate_not_null(load, leaf, tuple));
  load->n_tuples++;
  ResetPerTupleExprContext(load->executor);
}

static void end_tuple_load(TupleLoad *load) {
  if (load->routing != nullptr) {
    end_routing(load->routing);
  } else {
    close_leaf(load->leaf);
    ExecCloseIndices(load->result);
  }
  FreeExecutorState(load->executor);
}

uint64 load_tuples(TupleLoad *load) {
  while (next_wire_row(load->rows)) {
    add_row(load);
    if (load->n_tuples == most_tuples) flush(load);
  }
  flush(load);
  end_tuple_load(load);
  return load->rows->row;
}

}  // namespace confiture

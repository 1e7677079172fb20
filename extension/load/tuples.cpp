#include "load/tuples.h"

#include "load/progress.h"
#include "load/tuple_form.h"
#include "pg/memory.h"

namespace confiture {

// As many as COPY takes: enough that a call fills several pages, few enough that they stay in a processor's cache.
static constexpr int most_tuples = 1000;
static constexpr size_t batch_size = 128 * 1024;

struct TupleLoad {
  Relation relation;
  WireRows *rows;
  TupleFormer *former;
  EState *executor;
  ResultRelInfo *result;
  BulkInsertState bulk;
  CommandId command;
  int options;
  bool is_checked, is_generated;
  MemoryContext flushing;
  HeapTupleData tuples[most_tuples];
  TupleTableSlot *slots[most_tuples];
  bool borrows[most_tuples];  // the slot's tuple lies in `memory`
  int n_tuples;
  char *memory, *to;  // of the batch's tuples, and behind the last of them
  size_t memory_size;
};

TupleLoad *begin_tuple_load(Relation relation, const Transfer *transfer, MaskedStream *stream) {
  TupleLoad *load = make<TupleLoad>();
  load->relation = relation;
  load->rows = begin_wire_rows(stream, transfer->n_columns);
  load->executor = CreateExecutorState();
  load->former = make_tuple_former(relation, load->executor, transfer);
  load->result = makeNode(ResultRelInfo);
  InitResultRelInfo(load->result, relation, 0, nullptr, 0);
  ExecOpenIndices(load->result, false);
  load->bulk = GetBulkInsertState();
  load->command = GetCurrentCommandId(true);
  // As COPY: to look for room in a file that this transaction made is a waste of time.
  if (has_new_storage(relation)) load->options |= TABLE_INSERT_SKIP_FSM;
  const TupleConstr *constraints = RelationGetDescr(relation)->constr;
  load->is_generated = constraints != nullptr && constraints->has_generated_stored;
  load->is_checked = constraints != nullptr && constraints->num_check > 0;
  load->flushing = AllocSetContextCreate(CurrentMemoryContext, "confiture flush", ALLOCSET_DEFAULT_SIZES);
  load->memory_size = batch_size;
  load->memory = load->to = static_cast<char *>(palloc(load->memory_size));
  return load;
}

const char *place_of(const TupleLoad *load) {
  const char *relation = RelationGetRelationName(load->relation), *column = load->former->column_name;
  if (column == nullptr) return psprintf("%s, row " UINT64_FORMAT, relation, load->rows->row);
  return psprintf("column %s of %s, row " UINT64_FORMAT, quote_identifier(column), relation, load->rows->row);
}

// Leaves the executor's memory for a tuple as it is: the values of the next row may be in it, while it waits for room.
static void insert_index_entries(TupleLoad *load) {
  for (int i = 0; i < load->n_tuples; i++) insert_index_tuples(load->result, load->slots[i], load->executor);
}

static void flush(TupleLoad *load) {
  if (load->n_tuples == 0) return;
  MemoryContext caller = MemoryContextSwitchTo(load->flushing);
  table_multi_insert(load->relation, load->slots, load->n_tuples, load->command, load->options, load->bulk);
  MemoryContextSwitchTo(caller);
  MemoryContextReset(load->flushing);
  if (load->result->ri_NumIndices > 0) insert_index_entries(load);
  for (int i = 0; i < load->n_tuples; i++) {
    if (load->borrows[i]) load->slots[i]->tts_flags &= ~TTS_FLAG_SHOULDFREE;
    ExecClearTuple(load->slots[i]);
  }
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

// Puts the formed tuple into its slot, which must not copy it: a slot keeps what it believes to be its own, until
// flush() takes the belief back.
static TupleTableSlot *store(TupleLoad *load) {
  TupleTableSlot **slot = &load->slots[load->n_tuples];
  if (*slot == nullptr) *slot = MakeSingleTupleTableSlot(RelationGetDescr(load->relation), &TTSOpsHeapTuple);
  ExecStoreHeapTuple(&load->tuples[load->n_tuples], *slot, false);
  (*slot)->tts_tableOid = RelationGetRelid(load->relation);
  return *slot;
}

// A column that is NOT NULL has NULL: ExecConstraints() says which.
static bool violates_not_null(const TupleLoad *load, const HeapTupleData *tuple) {
  const TupleConstr *constraints = RelationGetDescr(load->relation)->constr;
  if (constraints == nullptr || !constraints->has_not_null || !HeapTupleHasNulls(tuple)) return false;
  for (int i = 0; i < load->former->n_columns; i++)
    if (load->former->columns[i].is_null && TupleDescAttr(RelationGetDescr(load->relation), i)->attnotnull) return true;
  return false;
}

static void check(TupleLoad *load, TupleTableSlot *slot, bool violates) {
  if (load->is_generated) ExecComputeStoredGenerated(load->result, load->executor, slot, CMD_INSERT);
  if (load->is_checked || load->is_generated || violates) ExecConstraints(load->result, slot, load->executor);
  if (load->relation->rd_rel->relispartition) ExecPartitionCheck(load->result, slot, load->executor, true);
}

static void add_row(TupleLoad *load) {
  size_t size = receive_row(load->former, load->rows);
  if (size > MaxAllocSize)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a row is larger than PostgreSQL can store")));
  char *memory = room_for(load, size);
  MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(load->executor));
  HeapTuple tuple = &load->tuples[load->n_tuples];
  load->to = form_tuple(load->former, load->rows, memory, tuple);
  MemoryContextSwitchTo(caller);
  TupleTableSlot *slot = store(load);
  check(load, slot, violates_not_null(load, tuple));
  // Generated columns made the slot form a tuple of its own.
  bool borrows = !TTS_SHOULDFREE(slot);
  load->borrows[load->n_tuples] = borrows;
  if (borrows) slot->tts_flags |= TTS_FLAG_SHOULDFREE;
  load->n_tuples++;
  ResetPerTupleExprContext(load->executor);
}

static void end_tuple_load(TupleLoad *load) {
  for (int i = 0; i < most_tuples && load->slots[i] != nullptr; i++) ExecDropSingleTupleTableSlot(load->slots[i]);
  FreeBulkInsertState(load->bulk);
  table_finish_bulk_insert(load->relation, load->options);
  ExecCloseIndices(load->result);
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

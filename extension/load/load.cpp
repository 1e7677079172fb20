#include "load/load.h"

#include "load/mask_function.h"
#include "load/row_reader.h"
#include "load/tuples.h"
#include "pg/guc.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/session.h"

namespace confiture {

// COPY's callback takes no argument. Saved and restored, since a trigger of the target may start another sync.
static MaskedStream *current_stream = nullptr;
static CopyFromState current_copy = nullptr;

static const char *place_of(CopyFromState copy) {
  const char *relation = RelationGetRelationName(copy->rel);
  const char *column = copy->cur_attname;
  return psprintf("%s%s%s, row " UINT64_FORMAT, column != nullptr ? "column " : "",
                  column != nullptr ? psprintf("%s of ", quote_identifier(column)) : "", relation,
                  static_cast<uint64>(copy->cur_lineno));
}

static void describe_place(void *copy) { errcontext("%s", place_of(static_cast<CopyFromState>(copy))); }

// COPY's own CONTEXT quotes its input line, and not in errors alone: also with a trigger's NOTICE or a plan that
// auto_explain logs.
static void quote_no_line() {
  for (ErrorContextCallback *callback = error_context_stack; callback != nullptr; callback = callback->previous)
    if (callback->callback == CopyFromErrorCallback && callback->arg == current_copy)
      callback->callback = describe_place;
}

static int copy_callback(void *out, int least, int most) {
  quote_no_line();
  return read_stream(current_stream, static_cast<char *>(out), least, most);
}

static DefElem *copy_option(const char *name, const char *value) {
  return makeDefElem(pstrdup(name), reinterpret_cast<Node *>(makeString(pstrdup(value))), -1);
}

static CopyFromState begin_copy(Relation target, const Transfer *transfer) {
  if (calls_functions(transfer)) elog(ERROR, "COPY FROM would load raw values of %s", RelationGetRelationName(target));
  List *names = NIL;
  for (int i = 0; i < transfer->n_columns; i++) names = append(names, makeString(pstrdup(transfer->columns[i].name)));
  List *options = list_make1(transfer->binary ? copy_option("format", "binary")
                                              : copy_option("encoding", GetDatabaseEncodingName()));
  ParseState *pstate = make_parsestate(nullptr);
  register_copy_target(pstate, target, RowExclusiveLock);
  return BeginCopyFrom(pstate, target, nullptr, nullptr, false, copy_callback, names, options);
}

// Calls body, which loads or reads the stream's rows; place() is where it is, nullptr while that is unknown.
static void with_stream(Relation target, const Transfer *transfer, MaskedStream *stream, Callback<const char *()> place,
                        Callback<void()> body) {
  MaskedStream *outer_stream = current_stream;
  CopyFromState outer_copy = current_copy;
  MemoryContext context = CurrentMemoryContext;
  current_stream = stream;
  PG_TRY();
  {
    if (transfer->binary)
      with_database_encoding(body);
    else
      body();
  }
  PG_CATCH();
  {
    current_stream = outer_stream;
    current_copy = outer_copy;
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    withhold_row(error, stream, RelationGetRelationName(target), place());
    ThrowErrorData(error);
  }
  PG_END_TRY();
  current_stream = outer_stream;
  current_copy = outer_copy;
}

static uint64 load_by_copy(Relation relation, const Transfer *transfer, MaskedStream *stream,
                           const Progress *progress) {
  uint64 rows = 0;
  CopyFromState volatile copy = nullptr;
  auto place = [&] { return copy == nullptr ? nullptr : place_of(copy); };
  with_stream(relation, transfer, stream, place, [&] {
    copy = current_copy = begin_copy(relation, transfer);
    if (RelationGetRelid(relation) == progress->relation)
      show_copying(progress);
    else
      show_staged(progress, 0, 0);
    rows = CopyFrom(copy);
    EndCopyFrom(copy);
  });
  return rows;
}

static uint64 load_by_tuples(Relation relation, const Transfer *transfer, MaskedStream *stream,
                             const Progress *progress) {
  uint64 rows = 0;
  TupleLoad *volatile load = nullptr;
  auto place = [&] { return load == nullptr ? nullptr : place_of(load); };
  with_stream(relation, transfer, stream, place, [&] {
    load = begin_tuple_load(relation, transfer, stream);
    show_loading(progress);
    rows = load_tuples(load);
  });
  return rows;
}

// What the plan saw may have changed, or never come true.
static bool forms_tuples(Relation relation, const Transfer *transfer) {
  if (transfer->loader != Loader::tuples) return false;
  List *columns = NIL;
  for (int i = 0; i < transfer->n_columns; i++) columns = append(columns, transfer->columns[i].name);
  bool silent = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  return why_not_tuples(relation, columns, FiringTriggers::all, silent) == nullptr;
}

uint64 load_rows(Oid target, const Transfer *transfer, MaskedStream *stream, const Progress *progress) {
  uint64 rows = 0;
  Relation relation = table_open(target, RowExclusiveLock);
  auto load = forms_tuples(relation, transfer) ? load_by_tuples : load_by_copy;
  as_owner_of(transfer->relation, [&] { rows = load(relation, transfer, stream, progress); });
  table_close(relation, NoLock);
  CommandCounterIncrement();
  return rows;
}

// The defaults of the columns that do not travel, by the columns' places. Reading must change nothing, and a default
// such as nextval() does: nullptr, as where there is none, and the column is NULL.
static ExprState **defaults_of(Relation relation, const Transfer *transfer) {
  TupleDesc descriptor = RelationGetDescr(relation);
  ExprState **defaults = make_array<ExprState *>(descriptor->natts);
  Bitmapset *travelling = nullptr;
  for (int i = 0; i < transfer->n_columns; i++) travelling = bms_add_member(travelling, transfer->columns[i].number);
  for (int i = 0; i < descriptor->natts; i++) {
    const FormData_pg_attribute *attribute = TupleDescAttr(descriptor, i);
    if (bms_is_member(i + 1, travelling) || attribute->attisdropped || attribute->attgenerated != '\0') continue;
    Node *expression = build_column_default(relation, i + 1);
    if (expression != nullptr && !contain_volatile_functions(expression))
      defaults[i] = ExecInitExpr(expression_planner(reinterpret_cast<Expr *>(expression)), nullptr);
  }
  return defaults;
}

static void read_each(Relation relation, const Transfer *transfer, MaskedStream *stream, RowReader **reader,
                      Callback<void(HeapTuple, TupleDesc)> use) {
  TupleDesc descriptor = RelationGetDescr(relation);
  EState *executor = CreateExecutorState();
  ExprContext *context = GetPerTupleExprContext(executor);
  ExprState **defaults = defaults_of(relation, transfer);
  Datum *fields = make_array<Datum>(transfer->n_columns), *values = make_array<Datum>(descriptor->natts);
  bool *field_nulls = make_array<bool>(transfer->n_columns), *nulls = make_array<bool>(descriptor->natts);
  *reader = begin_reading(relation, transfer, stream);
  for (;;) {
    ResetPerTupleExprContext(executor);
    MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(executor));
    bool found = read_row(*reader, fields, field_nulls);
    for (int i = 0; i < descriptor->natts && found; i++) {
      nulls[i] = defaults[i] == nullptr;
      if (!nulls[i]) values[i] = ExecEvalExpr(defaults[i], context, &nulls[i]);
    }
    for (int i = 0; i < transfer->n_columns && found; i++) {
      values[transfer->columns[i].number - 1] = fields[i];
      nulls[transfer->columns[i].number - 1] = field_nulls[i];
    }
    HeapTuple tuple = found ? heap_form_tuple(descriptor, values, nulls) : nullptr;
    MemoryContextSwitchTo(caller);
    if (!found) break;
    use(tuple, descriptor);
  }
  FreeExecutorState(executor);
}

void read_rows(const Transfer *transfer, MaskedStream *stream, Callback<void(HeapTuple, TupleDesc)> use) {
  try_as_owner_of(transfer->relation, [&] {
    Relation relation = table_open(transfer->relation, AccessShareLock);
    RowReader *volatile reader = nullptr;
    with_stream(
        relation, transfer, stream, [&] { return place_of_failure(reader); },
        [&] { read_each(relation, transfer, stream, const_cast<RowReader **>(&reader), use); });
    table_close(relation, AccessShareLock);
  });
}

}  // namespace confiture

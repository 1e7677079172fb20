#include "load/load.h"

#include "source/error.h"

namespace confiture {

// COPY's callback takes no argument. A trigger of the target may start another sync, hence saved and restored.
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

// COPY's own CONTEXT quotes its input line, also to what is no error: a trigger's NOTICE, a plan that auto_explain
// logs.
static void quote_no_line() {
  for (ErrorContextCallback *callback = error_context_stack; callback != nullptr; callback = callback->previous)
    if (callback->callback == CopyFromErrorCallback && callback->arg == current_copy)
      callback->callback = describe_place;
}

static int copy_callback(void *out, int least, int most) {
  quote_no_line();
  return read_stream(current_stream, static_cast<char *>(out), least, most);
}

static CopyFromState begin_copy(Relation into, LOCKMODE lock, const Transfer *what) {
  List *names = NIL;
  for (int i = 0; i < what->n_columns; i++)
    names = lappend(names, makeString(const_cast<char *>(what->columns[i].name)));
  List *options = NIL;
  if (what->binary)
    options = list_make1(makeDefElem(pstrdup("format"), reinterpret_cast<Node *>(makeString(pstrdup("binary"))), -1));
  else
    options = list_make1(
        makeDefElem(pstrdup("encoding"), reinterpret_cast<Node *>(makeString(pstrdup(GetDatabaseEncodingName()))), -1));
  ParseState *pstate = make_parsestate(nullptr);
  register_copy_target(pstate, into, lock);
  return BeginCopyFrom(pstate, into, nullptr, nullptr, false, copy_callback, names, options);
}

static void raise_load_error(ErrorData *error, const MaskedStream *stream, CopyFromState copy, Relation into) {
  error->context = nullptr;
  // An error of the stream is our own words, and not about a row.
  if (!stream->failed) {
    withhold_values(error, RelationGetRelationName(into));
    if (copy != nullptr) error->context = const_cast<char *>(place_of(copy));
  }
  ThrowErrorData(error);
}

// Runs body with a COPY over the stream.
static void with_copy(Relation into, LOCKMODE lock, const Transfer *what, MaskedStream *stream,
                      void (*body)(CopyFromState, void *), void *arg) {
  MaskedStream *outer = current_stream;
  CopyFromState outer_copy = current_copy;
  MemoryContext context = CurrentMemoryContext;
  CopyFromState volatile copy = nullptr;
  current_stream = stream;
  // A binary COPY converts from the client's encoding, whatever the ENCODING option says. Only for its time: what we
  // report goes to a client that knows nothing of this.
  int client_encoding = pg_get_client_encoding();
  if (what->binary) SetClientEncoding(GetDatabaseEncoding());
  PG_TRY();
  {
    copy = begin_copy(into, lock, what);
    current_copy = copy;
    body(copy, arg);
    EndCopyFrom(copy);
  }
  PG_CATCH();
  {
    current_stream = outer;
    current_copy = outer_copy;
    SetClientEncoding(client_encoding);
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    raise_load_error(error, stream, copy, into);
  }
  PG_END_TRY();
  current_stream = outer;
  current_copy = outer_copy;
  SetClientEncoding(client_encoding);
}

struct CopyIn {
  const Progress *shown;
  uint64 rows;
};

static void copy_rows(CopyFromState copy, void *arg) {
  CopyIn *in = static_cast<CopyIn *>(arg);
  show_copying(in->shown);
  in->rows = CopyFrom(copy);
}

uint64 load_rows(Oid into, const Transfer *what, MaskedStream *stream, const Progress *shown) {
  CopyIn in = {shown, 0};
  Relation relation = table_open(into, RowExclusiveLock);
  with_copy(relation, RowExclusiveLock, what, stream, copy_rows, &in);
  table_close(relation, NoLock);
  CommandCounterIncrement();
  return in.rows;
}

struct RowReader {
  TupleDesc descriptor;
  void (*use)(HeapTuple, TupleDesc, void *);
  void *arg;
};

// A default such as nextval() changes something: not for those who only look. Such columns are NULL then.
static void leave_out_volatile_defaults(CopyFromState copy) {
  int n = 0;
  for (int i = 0; i < copy->num_defaults; i++)
    if (!contain_volatile_functions(build_column_default(copy->rel, copy->defmap[i] + 1))) move_default(copy, i, n++);
  copy->num_defaults = static_cast<AttrNumber>(n);
}

static void read_each(CopyFromState copy, void *arg) {
  RowReader *reader = static_cast<RowReader *>(arg);
  leave_out_volatile_defaults(copy);
  EState *executor = CreateExecutorState();
  ExprContext *context = GetPerTupleExprContext(executor);
  Datum *values = static_cast<Datum *>(palloc(sizeof(Datum) * reader->descriptor->natts));
  bool *nulls = static_cast<bool *>(palloc(sizeof(bool) * reader->descriptor->natts));
  for (;;) {
    ResetPerTupleExprContext(executor);
    MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(executor));
    bool found = NextCopyFrom(copy, context, values, nulls);
    HeapTuple tuple = found ? heap_form_tuple(reader->descriptor, values, nulls) : nullptr;
    MemoryContextSwitchTo(caller);
    if (!found) break;
    reader->use(tuple, reader->descriptor, reader->arg);
  }
  FreeExecutorState(executor);
}

void read_rows(const Transfer *what, MaskedStream *stream, void (*use)(HeapTuple, TupleDesc, void *), void *arg) {
  Relation relation = table_open(what->relation, AccessShareLock);
  RowReader reader = {RelationGetDescr(relation), use, arg};
  with_copy(relation, AccessShareLock, what, stream, read_each, &reader);
  table_close(relation, AccessShareLock);
}

}  // namespace confiture

#include "scan/reader.h"

#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "plan/wire_type.h"

namespace confiture {

// After an error, or where a portal is dropped, no executor ends its scans.
static void abandon(void *reader) { abandon_source(&static_cast<ScanReader *>(reader)->lease); }

static AttrNumber first_column(Relation relation) {
  TupleDesc columns = RelationGetDescr(relation);
  for (AttrNumber number = 1; number <= columns->natts; number++)
    if (!TupleDescAttr(columns, number - 1)->attisdropped) return number;
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                  errmsg("foreign table %s has no columns", RelationGetRelationName(relation))));
}

// Rows are counted without a value: one that is NULL stands for each.
static void add_no_value(Transfer *transfer, Relation relation) {
  AttrNumber number = first_column(relation);
  const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(relation), number - 1);
  WireColumn *wire = &transfer->columns[transfer->n_columns++];
  wire->name = pstrdup(NameStr(column->attname));
  wire->number = number;
  wire->type = column->atttypid;
  wire->typmod = column->atttypmod;
  wire->expression = "NULL";
  wire->spec.name = wire->name;
  wire->spec.kind = wall::ValueKind::other;
}

// Is the column made of others of its row?
static bool names_columns(const wall::ColumnSpec *spec) {
  for (size_t i = 0; i < spec->n_cases; i++)
    if (names_columns(&spec->cases[i])) return true;
  return spec->strategy != nullptr && wall::strategy_find(spec->strategy)->names_columns;
}

static const Transfer *part_of(const ScanPlan *plan, Relation relation, Bitmapset *columns) {
  Transfer *transfer = make<Transfer>(*plan->transfer);
  transfer->columns = make_array<WireColumn>(plan->transfer->n_columns + 1);
  transfer->n_columns = 0;
  transfer->needs_masker = false;
  bool are_all = false;
  for (int i = 0; i < plan->transfer->n_columns; i++) {
    const WireColumn *column = &plan->transfer->columns[i];
    are_all |= bms_is_member(column->number, columns) && names_columns(&column->spec);
  }
  for (int i = 0; i < plan->transfer->n_columns; i++) {
    const WireColumn *column = &plan->transfer->columns[i];
    if (!are_all && !bms_is_member(column->number, columns)) continue;
    transfer->columns[transfer->n_columns++] = *column;
    transfer->needs_masker |= needs_masker(&column->spec);
  }
  if (transfer->n_columns == 0) add_no_value(transfer, relation);
  return transfer;
}

// Are values made by functions that look at settings, which are those of the session that asks? Of text many, in binary
// that of xml.
static void note_settings(ScanReader *reader) {
  const Transfer *transfer = reader->transfer;
  reader->reads_by_settings = !transfer->binary;
  for (int i = 0; i < transfer->n_columns; i++) {
    Oid type = getBaseType(transfer->columns[i].type), element = get_element_type(type);
    Oid base = getBaseType(OidIsValid(element) ? element : type);
    reader->reads_by_settings |= base == XMLOID || get_typtype(base) == TYPTYPE_COMPOSITE;
    // A type that is not the server's own may contain money.
    reader->reads_money |= !transfer->binary && (base == MONEYOID || base >= FirstNormalObjectId);
  }
}

ScanReader *make_reader(const ScanPlan *plan, Relation relation, Bitmapset *columns) {
  ScanReader *reader = make<ScanReader>();
  reader->plan = plan;
  reader->relation = relation;
  reader->transfer = part_of(plan, relation, columns);
  note_settings(reader);
  reader->values = make_array<Datum>(reader->transfer->n_columns);
  reader->nulls = make_array<bool>(reader->transfer->n_columns);
  reader->context = AllocSetContextCreate(CurrentMemoryContext, "confiture scan", ALLOCSET_DEFAULT_SIZES);
  MemoryContextCallback *callback = make<MemoryContextCallback>();
  callback->func = abandon;
  callback->arg = reader;
  MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
  return reader;
}

const char *reader_statement(const ScanReader *reader, const Slice *slice) {
  return copy_statement(reader->transfer, slice);
}

void start_reader(ScanReader *reader, const Slice *slice, bool is_alone) {
  MemoryContext caller = MemoryContextSwitchTo(reader->context);
  reader->lease = borrow_source(reader->plan->server, reader->plan->role);
  check_shape(reader->plan, &reader->lease);
  if (!is_alone) share_snapshot(&reader->lease);
  reader->stream = open_stream(leased(&reader->lease), reader->transfer, slice);
  reader->row_reader = begin_reading(reader->relation, reader->transfer, reader->stream);
  reader->rows = 0;
  reader->at_end = false;
  MemoryContextSwitchTo(caller);
}

// The source's own count must be that of the rows that came.
static void finish(ScanReader *reader) {
  reader->at_end = true;
  if (reader->rows != reader->stream->rows)
    ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                    errmsg("the source sent " UINT64_FORMAT " rows of %s, but " UINT64_FORMAT " were read",
                           reader->stream->rows, RelationGetRelationName(reader->relation), reader->rows)));
  return_source(&reader->lease);
}

static bool read_wire_row(ScanReader *reader) {
  MemoryContext context = CurrentMemoryContext;
  bool volatile found = false;
  PG_TRY();
  {
    int level = reader->reads_by_settings ? enter_input(reader->reads_money) : 0;
    auto read = [&] { found = read_row(reader->row_reader, reader->values, reader->nulls); };
    if (reader->plan->calls_user_code)
      as_owner_of(reader->transfer->relation, read);
    else
      read();
    leave_input(level);
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    ErrorData *error = CopyErrorData();
    FlushErrorState();
    const char *place = place_of_failure(reader->row_reader);
    withhold_row(error, reader->stream, RelationGetRelationName(reader->relation), place);
    ThrowErrorData(error);
  }
  PG_END_TRY();
  return found;
}

bool read_row(ScanReader *reader, Datum *values, bool *nulls) {
  if (reader->at_end) return false;
  (void)leased(&reader->lease);
  if (!read_wire_row(reader)) {
    finish(reader);
    return false;
  }
  memset(nulls, true, RelationGetNumberOfAttributes(reader->relation));
  for (int i = 0; i < reader->transfer->n_columns; i++) {
    int column = reader->transfer->columns[i].number - 1;
    values[column] = reader->values[i];
    nulls[column] = reader->nulls[i];
  }
  reader->rows++;
  return true;
}

void stop_reader(ScanReader *reader) {
  if (reader->lease.kept != nullptr) stop_source(&reader->lease);
  reader->stream = nullptr;
  reader->row_reader = nullptr;
  reader->at_end = false;
  MemoryContextReset(reader->context);
}

}  // namespace confiture

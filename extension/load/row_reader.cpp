#include "load/row_reader.h"

#include "load/field_form.h"
#include "load/load.h"
#include "load/progress.h"
#include "load/wire_rows.h"
#include "pg/memory.h"
#include "pg/session.h"

namespace confiture {

// Binary rows are read where they lie; COPY's decoder reads those that travel as text.
struct RowReader {
  Relation relation;
  const Transfer *transfer;
  MaskedStream *stream;
  bool is_reading;  // an ereport() leaves it so
  int column;       // of the row at hand
  int64 n_rows;     // read so far

  WireRows *rows;
  FieldType **types;
  char *memory;  // of the values of the row at hand
  size_t memory_size;

  CopyFromState copy;
  Datum *copied;  // of all columns of the relation
  bool *copied_nulls;
};

static void begin_copied(RowReader *reader) {
  int n = RelationGetNumberOfAttributes(reader->relation);
  reader->copy = begin_rows(reader->relation, reader->transfer, reader->stream);
  reader->copied = make_array<Datum>(n);
  reader->copied_nulls = make_array<bool>(n);
}

static void begin_binary(RowReader *reader) {
  const Transfer *transfer = reader->transfer;
  reader->rows = begin_wire_rows(reader->stream, transfer->n_columns);
  reader->types = make_array<FieldType *>(transfer->n_columns);
  for (int i = 0; i < transfer->n_columns; i++)
    reader->types[i] =
        make_field_type(TupleDescAttr(RelationGetDescr(reader->relation), transfer->columns[i].number - 1));
}

RowReader *begin_reading(Relation relation, const Transfer *transfer, MaskedStream *stream) {
  RowReader *reader = make<RowReader>();
  reader->relation = relation;
  reader->transfer = transfer;
  reader->stream = stream;
  if (transfer->binary)
    begin_binary(reader);
  else
    begin_copied(reader);
  return reader;
}

static bool read_copied(RowReader *reader, Datum *values, bool *nulls) {
  const Transfer *transfer = reader->transfer;
  if (!next_row(reader->copy, transfer, reader->stream, false, reader->copied, reader->copied_nulls)) return false;
  for (int i = 0; i < transfer->n_columns; i++) {
    int column = transfer->columns[i].number - 1;
    values[i] = reader->copied[column];
    nulls[i] = reader->copied_nulls[column];
  }
  return true;
}

static char *room_for_row(RowReader *reader) {
  size_t size = 0;
  for (int i = 0; i < reader->transfer->n_columns; i++) size += Max(reader->rows->fields[i].size, 0) + field_overhead;
  if (size <= reader->memory_size) return reader->memory;
  constexpr size_t least = 1024;
  if (reader->memory != nullptr) pfree(reader->memory);
  reader->memory_size = Max(2 * size, least);
  MemoryContext context = GetMemoryChunkContext(reader);
  reader->memory = static_cast<char *>(MemoryContextAllocHuge(context, reader->memory_size));
  return reader->memory;
}

static void read_fields(RowReader *reader, Datum *values, bool *nulls) {
  char *to = room_for_row(reader);
  for (int i = reader->column = 0; i < reader->transfer->n_columns; reader->column = ++i) {
    FieldType *type = reader->types[i];
    const WireField *field = &reader->rows->fields[i];
    nulls[i] = field->size < 0;
    if (nulls[i] && type->receive.fn_strict) continue;
    values[i] = nulls[i] || type->form == FieldForm::receive ? receive_field(type, field->bytes, field->size, &nulls[i])
                                                             : read_field(type, &to, field->bytes, field->size);
  }
}

static bool read_binary(RowReader *reader, Datum *values, bool *nulls) {
  reader->column = -1;
  if (!next_wire_row(reader->rows)) return false;
  with_database_encoding([&] { read_fields(reader, values, nulls); });
  return true;
}

bool read_row(RowReader *reader, Datum *values, bool *nulls) {
  constexpr int64 shown_rows = 1000;
  reader->is_reading = true;
  bool found = (reader->copy != nullptr ? read_copied : read_binary)(reader, values, nulls);
  reader->is_reading = false;
  reader->n_rows += found;
  if (!found || reader->n_rows % shown_rows == 0)
    show_loaded(reader->n_rows, static_cast<int64>(reader->stream->bytes));
  return found;
}

const char *place_of_failure(const RowReader *reader) {
  if (reader == nullptr || !reader->is_reading) return nullptr;
  if (reader->copy != nullptr) return place_of(reader->copy);
  const char *relation = RelationGetRelationName(reader->relation);
  if (reader->column < 0) return psprintf("%s, row " UINT64_FORMAT, relation, reader->rows->row);
  return psprintf("column %s of %s, row " UINT64_FORMAT,
                  quote_identifier(reader->transfer->columns[reader->column].name), relation, reader->rows->row);
}

}  // namespace confiture

#include "load/row_reader.h"

#include "load/field_form.h"
#include "load/progress.h"
#include "load/wire_rows.h"
#include "pg/memory.h"
#include "pg/session.h"

namespace confiture {

struct RowReader {
  Relation relation;
  const Transfer *transfer;
  bool is_reading;  // an ereport() leaves it so
  int column;       // of the row at hand
  int64 n_rows;     // read so far

  WireRows *rows;
  FieldType **types;
  char *memory;  // of the values of the row at hand
  size_t memory_size;
};

RowReader *begin_reading(Relation relation, const Transfer *transfer, MaskedStream *stream) {
  RowReader *reader = make<RowReader>();
  reader->relation = relation;
  reader->transfer = transfer;
  reader->rows = begin_wire_rows(stream, transfer);
  reader->types = make_array<FieldType *>(transfer->n_columns);
  for (int i = 0; i < transfer->n_columns; i++)
    reader->types[i] = make_field_type(TupleDescAttr(RelationGetDescr(relation), transfer->columns[i].number - 1),
                                       !transfer->binary, &transfer->columns[i]);
  return reader;
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
    if (nulls[i] && type->convert.fn_strict) continue;
    values[i] = nulls[i] || type->form == FieldForm::convert ? convert_field(type, field->bytes, field->size, &nulls[i])
                                                             : read_field(type, &to, field->bytes, field->size);
  }
}

bool read_row(RowReader *reader, Datum *values, bool *nulls) {
  constexpr int64 shown_rows = 1000;
  reader->is_reading = true;
  reader->column = -1;
  bool found = next_wire_row(reader->rows);
  if (found && reader->transfer->binary)
    with_database_encoding([&] { read_fields(reader, values, nulls); });
  else if (found)
    read_fields(reader, values, nulls);
  reader->is_reading = false;
  reader->n_rows += found;
  if (!found || reader->n_rows % shown_rows == 0)
    show_loaded(reader->n_rows, static_cast<int64>(reader->rows->stream->bytes));
  return found;
}

const char *place_of_failure(const RowReader *reader) {
  if (reader == nullptr || !reader->is_reading) return nullptr;
  const char *relation = RelationGetRelationName(reader->relation);
  if (reader->column < 0) return psprintf("%s, row " UINT64_FORMAT, relation, reader->rows->row);
  return psprintf("column %s of %s, row " UINT64_FORMAT,
                  quote_identifier(reader->transfer->columns[reader->column].name), relation, reader->rows->row);
}

}  // namespace confiture

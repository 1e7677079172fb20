#include "load/tuple_form.h"

#include "pg/memory.h"

namespace confiture {

// By name: a table that is shaped like the target numbers its columns in another way.
static int field_of(const Transfer *transfer, const FormData_pg_attribute *attribute) {
  for (int i = 0; i < transfer->n_columns; i++)
    if (strcmp(transfer->columns[i].name, NameStr(attribute->attname)) == 0) return i;
  return -1;
}

static FormedColumn formed_column(Relation relation, const Transfer *transfer, AttrNumber number) {
  const FormData_pg_attribute *attribute = TupleDescAttr(RelationGetDescr(relation), number - 1);
  FormedColumn column = {.type = nullptr, .field = -1, .default_value = nullptr, .is_null = true, .value = 0};
  if (attribute->attisdropped) return column;
  column.field = field_of(transfer, attribute);
  if (column.field < 0) {
    Node *expression = attribute->attgenerated == '\0' ? build_column_default(relation, number) : nullptr;
    if (expression == nullptr) return column;
    column.default_value = ExecInitExpr(expression_planner(reinterpret_cast<Expr *>(expression)), nullptr);
  }
  column.type =
      make_field_type(attribute, !transfer->binary, column.field >= 0 ? &transfer->columns[column.field] : nullptr);
  return column;
}

TupleFormer *make_tuple_former(Relation relation, EState *executor, const Transfer *transfer) {
  TupleFormer *former = make<TupleFormer>();
  former->relation = relation;
  former->executor = executor;
  former->n_columns = RelationGetNumberOfAttributes(relation);
  former->columns = make_array<FormedColumn>(former->n_columns);
  for (int i = 0; i < former->n_columns; i++)
    former->columns[i] = formed_column(relation, transfer, static_cast<AttrNumber>(i + 1));
  former->evaluated = make_array<int>(former->n_columns);
  for (int i = 0; i < former->n_columns; i++) {
    const FormedColumn *column = &former->columns[i];
    if (column->type == nullptr)
      former->n_missing++;
    else if (column->field < 0 || column->type->form == FieldForm::convert)
      former->evaluated[former->n_evaluated++] = i;
  }
  former->column = -1;
  return former;
}

const char *column_at_hand(const TupleFormer *former) {
  if (former->column < 0) return nullptr;
  return NameStr(TupleDescAttr(RelationGetDescr(former->relation), former->column)->attname);
}

// Returns the bytes that its value takes.
static size_t evaluate_column(TupleFormer *former, FormedColumn *column, const WireRows *rows) {
  if (column->field < 0) {
    column->value = ExecEvalExpr(column->default_value, GetPerTupleExprContext(former->executor), &column->is_null);
  } else {
    const WireField *field = &rows->fields[column->field];
    column->is_null = field->size < 0;
    if (column->is_null && column->type->convert.fn_strict) return 0;
    column->value = convert_field(column->type, field->bytes, field->size, &column->is_null);
  }
  return column->is_null ? 0 : datum_size(column->type, &column->value);
}

size_t evaluate_row(TupleFormer *former, const WireRows *rows) {
  size_t size =
      MAXALIGN(SizeofHeapTupleHeader + BITMAPLEN(former->n_columns)) + rows->size + former->n_columns * field_overhead;
  int n_nulls = former->n_missing + rows->n_nulls;
  if (former->n_evaluated > 0) {
    MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(former->executor));
    for (int i = 0; i < former->n_evaluated; i++) {
      former->column = former->evaluated[i];
      FormedColumn *column = &former->columns[former->column];
      size += evaluate_column(former, column, rows);
      n_nulls += column->is_null - (column->field >= 0 && rows->fields[column->field].size < 0);
    }
    MemoryContextSwitchTo(caller);
    former->column = -1;
  }
  former->has_null = n_nulls > 0;
  return size;
}

char *form_tuple(TupleFormer *former, const WireRows *rows, char *memory, HeapTuple tuple) {
  HeapTupleHeader header = reinterpret_cast<HeapTupleHeader>(memory);
  bool nulls = former->has_null;
  size_t offset = MAXALIGN(SizeofHeapTupleHeader + (nulls ? BITMAPLEN(former->n_columns) : 0));
  memset(memory, 0, offset);
  HeapTupleHeaderSetDatumLength(header, 0);
  HeapTupleHeaderSetTypeId(header, RelationGetDescr(former->relation)->tdtypeid);
  HeapTupleHeaderSetTypMod(header, RelationGetDescr(former->relation)->tdtypmod);
  ItemPointerSetInvalid(&header->t_ctid);
  HeapTupleHeaderSetNatts(header, former->n_columns);
  header->t_hoff = static_cast<uint8>(offset);
  if (nulls) header->t_infomask |= HEAP_HASNULL;

  char *to = memory + offset;
  for (int i = 0; i < former->n_columns; i++) {
    FormedColumn *column = &former->columns[i];
    FieldType *type = column->type;
    bool is_written_here = type != nullptr && column->field >= 0 && type->form != FieldForm::convert;
    const WireField *field = is_written_here ? &rows->fields[column->field] : nullptr;
    if (is_written_here) column->is_null = field->size < 0;
    if (column->is_null) continue;
    if (nulls) header->t_bits[i >> 3] |= static_cast<uint8>(1 << (i & 7));
    if (type->length < 0) header->t_infomask |= HEAP_HASVARWIDTH;
    former->column = i;
    to = is_written_here ? write_field(type, to, field->bytes, field->size) : write_datum(type, to, column->value);
  }
  former->column = -1;
  HeapTupleHeaderSetDatumLength(header, to - memory);
  tuple->t_len = static_cast<uint32>(to - memory);
  ItemPointerSetInvalid(&tuple->t_self);
  tuple->t_tableOid = RelationGetRelid(former->relation);
  tuple->t_data = header;
  return to;
}

}  // namespace confiture

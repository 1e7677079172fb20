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
  column.type = make_field_type(attribute);
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
  return former;
}

static const char *name_of(const TupleFormer *former, int column) {
  return NameStr(TupleDescAttr(RelationGetDescr(former->relation), column)->attname);
}

size_t receive_row(TupleFormer *former, const WireRows *rows) {
  size_t size = MAXALIGN(SizeofHeapTupleHeader + BITMAPLEN(former->n_columns));
  MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(former->executor));
  for (int i = 0; i < former->n_columns; i++) {
    FormedColumn *column = &former->columns[i];
    if (column->type == nullptr) continue;
    former->column_name = name_of(former, i);
    if (column->field < 0) {
      column->value = ExecEvalExpr(column->default_value, GetPerTupleExprContext(former->executor), &column->is_null);
    } else {
      const WireField *field = &rows->fields[column->field];
      column->is_null = field->size < 0;
      if (!column->is_null && column->type->form != FieldForm::receive) {
        size += field->size + field_overhead;
        continue;
      }
      if (column->is_null && column->type->receive.fn_strict) continue;
      column->value = receive_field(column->type, field->bytes, field->size, &column->is_null);
    }
    if (!column->is_null) size += datum_size(column->type, &column->value) + field_overhead;
  }
  MemoryContextSwitchTo(caller);
  former->column_name = nullptr;
  return size;
}

static bool has_null(const TupleFormer *former) {
  for (int i = 0; i < former->n_columns; i++)
    if (former->columns[i].is_null) return true;
  return false;
}

char *form_tuple(TupleFormer *former, const WireRows *rows, char *memory, HeapTuple tuple) {
  HeapTupleHeader header = reinterpret_cast<HeapTupleHeader>(memory);
  bool nulls = has_null(former);
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
    const FormedColumn *column = &former->columns[i];
    if (column->is_null) continue;
    if (nulls) header->t_bits[i >> 3] |= static_cast<bits8>(1 << (i & 7));
    if (column->type->length < 0) header->t_infomask |= HEAP_HASVARWIDTH;
    former->column_name = name_of(former, i);
    if (column->field >= 0 && column->type->form != FieldForm::receive) {
      const WireField *field = &rows->fields[column->field];
      to = write_field(column->type, to, field->bytes, field->size);
    } else {
      to = write_datum(column->type, to, column->value);
    }
  }
  former->column_name = nullptr;
  HeapTupleHeaderSetDatumLength(header, to - memory);
  tuple->t_len = static_cast<uint32>(to - memory);
  ItemPointerSetInvalid(&tuple->t_self);
  tuple->t_tableOid = RelationGetRelid(former->relation);
  tuple->t_data = header;
  return to;
}

}  // namespace confiture

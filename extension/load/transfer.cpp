#include "load/transfer.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

Transfer *make_transfer(const SyncPlan *plan) {
  List *columns = wire_columns(plan);
  Transfer *transfer = make<Transfer>({.relation = plan->request.relation,
                                       .loader = plan->loader,
                                       .engine = plan->engine != nullptr ? plan->engine->name : nullptr,
                                       .source_relation = plan->source->qualified,
                                       .source_name = source_name(plan->source->name),
                                       .source_kind = plan->source->kind,
                                       .filter = plan->request.filter,
                                       .binary = plan->binary,
                                       .needs_masker = plan->needs_masker,
                                       .n_columns = 0,
                                       .columns = make_array<WireColumn>(list_length(columns))});
  for (const PlanColumn *column : each<PlanColumn>(columns))
    transfer->columns[transfer->n_columns++] = {.name = column->name,
                                                .number = column->number,
                                                .type = column->type,
                                                .typmod = column->typmod,
                                                .expression = column->expression,
                                                .spec = column->spec};
  return transfer;
}

static bool is_as_planned(TupleDesc target, const WireColumn *planned) {
  if (planned->number > target->natts) return false;
  const FormData_pg_attribute *column = TupleDescAttr(target, planned->number - 1);
  return !column->attisdropped && strcmp(NameStr(column->attname), planned->name) == 0 &&
         column->atttypid == planned->type && column->atttypmod == planned->typmod;
}

void refuse_altered(const Transfer *transfer) {
  Relation target = table_open(transfer->relation, NoLock);
  for (int i = 0; i < transfer->n_columns; i++) {
    const WireColumn *planned = &transfer->columns[i];
    if (!is_as_planned(RelationGetDescr(target), planned))
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                      errmsg("column %s was altered while the run went on", quote_identifier(planned->name))));
  }
  table_close(target, NoLock);
}

char *row_query(const Transfer *transfer, const Slice *slice) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "SELECT ");
  for (int i = 0; i < transfer->n_columns; i++)
    appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "", transfer->columns[i].expression);
  // Only plain tables and leaf partitions are sliced.
  if (slice->relation != nullptr)
    appendStringInfo(&sql, " FROM ONLY %s AS %s", slice->relation, transfer->source_name);
  else
    appendStringInfo(&sql, " FROM %s%s", only_itself(transfer->source_kind), transfer->source_relation);
  if (transfer->filter != nullptr) appendStringInfo(&sql, " WHERE (%s\n)", transfer->filter);
  if (slice->condition != nullptr)
    appendStringInfo(&sql, " %s (%s)", transfer->filter != nullptr ? "AND" : "WHERE", slice->condition);
  if (slice->limit >= 0) appendStringInfo(&sql, " LIMIT " INT64_FORMAT, slice->limit);
  return sql.data;
}

char *copy_statement(const Transfer *transfer, const Slice *slice) {
  return psprintf("COPY (%s) TO STDOUT (FORMAT %s)", row_query(transfer, slice), transfer->binary ? "binary" : "text");
}

// ---- as JSON

static void append_text(StringInfo json, const char *key, const char *value) {
  if (value == nullptr) return;
  appendStringInfo(json, ", \"%s\": ", key);
  escape_json(json, value);
}

// A constant's binary form may hold any byte.
static char *to_hex(const char *bytes, size_t size) {
  char *hex = make_array<char>(2 * size + 1);
  hex_encode(bytes, size, hex);
  return hex;
}

static void append_column(StringInfo json, const WireColumn *column) {
  const wall::ColumnSpec *spec = &column->spec;
  appendStringInfo(json, R"({"number": %d, "type": %u, "typmod": %d, "kind": %d, "is_array": %s, "max_chars": %u)",
                   column->number, column->type, column->typmod, static_cast<int>(spec->kind),
                   spec->is_array ? "true" : "false", spec->max_chars);
  appendStringInfo(json, R"(, "precision": %u, "scale": %d, "element": %u)", spec->precision, spec->scale,
                   spec->array_element_oid);
  append_text(json, "labels", spec->labels);
  append_text(json, "name", column->name);
  append_text(json, "expression", column->expression);
  append_text(json, "strategy", spec->strategy);
  append_text(json, "options", spec->options);
  if (spec->literal != nullptr) append_text(json, "literal", to_hex(spec->literal, spec->literal_size));
  appendStringInfoChar(json, '}');
}

char *transfer_to_json(const Transfer *transfer) {
  StringInfoData json;
  initStringInfo(&json);
  appendStringInfo(&json, R"({"binary": %s, "source_kind": "%c", "loader": "%s")", transfer->binary ? "true" : "false",
                   transfer->source_kind, loader_name(transfer->loader));
  append_text(&json, "engine", transfer->engine);
  append_text(&json, "source_relation", transfer->source_relation);
  append_text(&json, "source_name", transfer->source_name);
  append_text(&json, "filter", transfer->filter);
  appendStringInfoString(&json, R"(, "columns": [)");
  for (int i = 0; i < transfer->n_columns; i++) {
    if (i > 0) appendStringInfoString(&json, ", ");
    append_column(&json, &transfer->columns[i]);
  }
  appendStringInfoString(&json, "]}");
  return json.data;
}

// Written by ourselves, so that NULL and numbers out of range mean damage. A wrong kind would be read as another type.
[[noreturn]] static void raise_damaged() {
  ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("the plan of a table in confiture.run_table is damaged"),
                  errhint("Start a new run with CALL confiture.sync().")));
}

template <class T>
static T required(Row *row) {
  if (row->is_null()) raise_damaged();
  return row->next<T>();
}

static void read_literal(wall::ColumnSpec *spec, const char *hex) {
  if (hex == nullptr) return;
  size_t size = strlen(hex) / 2;
  char *literal = make_array<char>(size + 1);
  hex_decode(hex, 2 * size, literal);
  spec->literal = literal;
  spec->literal_size = size;
}

static wall::ValueKind kind_of(int32 number) {
  if (number < 0 || number >= static_cast<int32>(mask::kind_count)) raise_damaged();
  return static_cast<wall::ValueKind>(number);
}

static WireColumn read_wire_column(Row row) {
  WireColumn column = {.name = required<const char *>(&row),
                       .number = required<int16>(&row),
                       .type = required<Oid>(&row),
                       .typmod = required<int32>(&row),
                       .expression = required<const char *>(&row),
                       .spec = {}};
  column.spec.name = column.name;
  column.spec.strategy = row.next<const char *>();
  column.spec.options = row.next<const char *>();
  column.spec.kind = kind_of(required<int32>(&row));
  column.spec.is_array = required<bool>(&row);
  column.spec.max_chars = static_cast<uint32>(required<int64>(&row));
  column.spec.precision = static_cast<uint32>(required<int64>(&row));
  column.spec.scale = required<int32>(&row);
  column.spec.labels = row.next<const char *>();
  column.spec.array_element_oid = required<Oid>(&row);
  read_literal(&column.spec, row.next<const char *>());
  if (column.number <= 0) raise_damaged();
  return column;
}

static Transfer *read_transfer(Oid relation, Row *row) {
  return make<Transfer>({.relation = relation,
                         .loader = required<const char *>(row)[0] == 'i' ? Loader::insert : Loader::copy,
                         .engine = row->next<const char *>(),
                         .source_relation = required<const char *>(row),
                         .source_name = required<const char *>(row),
                         .source_kind = required<const char *>(row)[0],
                         .filter = row->next<const char *>(),
                         .binary = required<bool>(row),
                         .needs_masker = false,
                         .n_columns = 0,
                         .columns = nullptr});
}

Transfer *transfer_from_json(Oid relation, const Jsonb *json) {
  if (json == nullptr) raise_damaged();
  Rows head = spi_run(R"(
      SELECT $1 ->> 'loader',
             $1 ->> 'engine',
             $1 ->> 'source_relation',
             $1 ->> 'source_name',
             $1 ->> 'source_kind',
             $1 ->> 'filter',
             ($1 ->> 'binary')::bool,
             jsonb_typeof($1 -> 'columns') IS DISTINCT FROM 'array'
      )",
                      {arg(json)});
  Row row = head.first();
  Transfer *transfer = read_transfer(relation, &row);
  if (row.next<bool>()) raise_damaged();

  Rows columns = spi_run(R"(
      SELECT c ->> 'name',
             (c ->> 'number')::int2,
             (c ->> 'type')::oid,
             (c ->> 'typmod')::int4,
             c ->> 'expression',
             c ->> 'strategy',
             c ->> 'options',
             (c ->> 'kind')::int4,
             (c ->> 'is_array')::bool,
             (c ->> 'max_chars')::int8,
             (c ->> 'precision')::int8,
             (c ->> 'scale')::int4,
             c ->> 'labels',
             (c ->> 'element')::oid,
             c ->> 'literal'
      FROM jsonb_array_elements($1 -> 'columns') WITH ORDINALITY u(c, position)
      ORDER BY position
      )",
                         {arg(json)});
  transfer->columns = make_array<WireColumn>(columns.count);
  for (Row each : columns) {
    WireColumn column = read_wire_column(each);
    transfer->columns[transfer->n_columns++] = column;
    transfer->needs_masker |= column.spec.strategy != nullptr || column.spec.array_element_oid != 0;
  }
  return transfer;
}

}  // namespace confiture

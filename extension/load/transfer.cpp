#include "load/transfer.h"

#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

Transfer *make_transfer(const SyncPlan *plan) {
  List *columns = wire_columns(plan);
  Transfer *what = static_cast<Transfer *>(palloc0(sizeof(Transfer)));
  what->relation = plan->request.relation;
  what->source_relation = plan->source->qualified;
  what->source_name = source_name(plan->source->name);
  what->source_kind = plan->source->kind;
  what->filter = plan->request.filter;
  what->binary = plan->binary;
  what->needs_masker = plan->needs_masker;
  what->n_columns = list_length(columns);
  what->columns = static_cast<WireColumn *>(palloc0(sizeof(WireColumn) * Max(what->n_columns, 1)));
  ListCell *cell;
  foreach (cell, columns) {
    const PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    what->columns[foreach_current_index(cell)] = {column->name,   column->number,     column->type,
                                                  column->typmod, column->expression, column->spec};
  }
  return what;
}

void refuse_altered(const Transfer *what) {
  Relation target = table_open(what->relation, NoLock);
  TupleDesc now = RelationGetDescr(target);
  for (int i = 0; i < what->n_columns; i++) {
    const WireColumn *then = &what->columns[i];
    const FormData_pg_attribute *column = then->number <= now->natts ? TupleDescAttr(now, then->number - 1) : nullptr;
    if (column != nullptr && !column->attisdropped && strcmp(NameStr(column->attname), then->name) == 0 &&
        column->atttypid == then->type && column->atttypmod == then->typmod)
      continue;
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("column %s was altered while the run went on", quote_identifier(then->name))));
  }
  table_close(target, NoLock);
}

char *row_query(const Transfer *what, const Slice *which) {
  const char *relation = which->relation != nullptr ? which->relation : what->source_relation;
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "SELECT ");
  for (int i = 0; i < what->n_columns; i++)
    appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "", what->columns[i].expression);
  bool is_plain = which->relation != nullptr || what->source_kind == RELKIND_RELATION;
  appendStringInfo(&sql, " FROM %s%s", is_plain ? "ONLY " : "", relation);
  if (which->relation != nullptr) appendStringInfo(&sql, " AS %s", what->source_name);
  if (what->filter != nullptr) appendStringInfo(&sql, " WHERE (%s\n)", what->filter);
  if (which->condition != nullptr)
    appendStringInfo(&sql, " %s (%s)", what->filter != nullptr ? "AND" : "WHERE", which->condition);
  if (which->limit >= 0) appendStringInfo(&sql, " LIMIT " INT64_FORMAT, which->limit);
  return sql.data;
}

char *copy_statement(const Transfer *what, const Slice *which) {
  return psprintf("COPY (%s) TO STDOUT (FORMAT %s)", row_query(what, which), what->binary ? "binary" : "text");
}

static void append_text(StringInfo json, const char *key, const char *value) {
  if (value == nullptr) return;
  appendStringInfo(json, ", \"%s\": ", key);
  escape_json(json, value);
}

// A constant's binary form may hold any byte.
static char *to_hex(const char *bytes, size_t size) {
  char *hex = static_cast<char *>(palloc(2 * size + 1));
  hex_encode(bytes, size, hex);
  hex[2 * size] = '\0';
  return hex;
}

char *transfer_to_json(const Transfer *what) {
  StringInfoData json;
  initStringInfo(&json);
  appendStringInfo(&json, "{\"binary\": %s, \"source_kind\": \"%c\"", what->binary ? "true" : "false",
                   what->source_kind);
  append_text(&json, "source_relation", what->source_relation);
  append_text(&json, "source_name", what->source_name);
  append_text(&json, "filter", what->filter);
  appendStringInfoString(&json, ", \"columns\": [");
  for (int i = 0; i < what->n_columns; i++) {
    const WireColumn *column = &what->columns[i];
    appendStringInfo(&json, "%s{\"number\": %d, \"type\": %u, \"typmod\": %d, \"kind\": %d, \"max_chars\": %u, ",
                     i > 0 ? ", " : "", column->number, column->type, column->typmod,
                     static_cast<int>(column->spec.kind), column->spec.max_chars);
    appendStringInfo(&json, "\"element\": %u", column->spec.array_element_oid);
    append_text(&json, "name", column->name);
    append_text(&json, "expression", column->expression);
    append_text(&json, "strategy", column->spec.strategy);
    append_text(&json, "options", column->spec.options);
    if (column->spec.literal != nullptr)
      append_text(&json, "literal", to_hex(column->spec.literal, column->spec.literal_size));
    appendStringInfoChar(&json, '}');
  }
  appendStringInfoString(&json, "]}");
  return json.data;
}

static void read_wire_column(Transfer *what, uint64 row) {
  WireColumn *column = &what->columns[row];
  bool is_null;
  column->name = column->spec.name = old_spi_text(row, 1);
  column->expression = old_spi_text(row, 2);
  column->spec.strategy = old_spi_text(row, 3);
  column->spec.options = old_spi_text(row, 4);
  column->spec.kind = static_cast<wall::ValueKind>(DatumGetInt32(old_spi_datum(row, 5, &is_null)));
  column->spec.max_chars = static_cast<uint32>(DatumGetInt64(old_spi_datum(row, 6, &is_null)));
  column->spec.array_element_oid = static_cast<uint32>(DatumGetInt64(old_spi_datum(row, 7, &is_null)));
  column->number = DatumGetInt16(old_spi_datum(row, 9, &is_null));
  column->type = static_cast<Oid>(DatumGetInt64(old_spi_datum(row, 10, &is_null)));
  column->typmod = DatumGetInt32(old_spi_datum(row, 11, &is_null));
  char *hex = old_spi_text(row, 8);
  if (hex != nullptr) {
    size_t size = strlen(hex) / 2;
    char *literal = static_cast<char *>(palloc(size + 1));
    hex_decode(hex, 2 * size, literal);
    column->spec.literal = literal;
    column->spec.literal_size = size;
  }
  what->needs_masker |= column->spec.strategy != nullptr || column->spec.array_element_oid != 0;
}

Transfer *transfer_from_json(Oid relation, Jsonb *json) {
  Transfer *what = static_cast<Transfer *>(palloc0(sizeof(Transfer)));
  what->relation = relation;
  Oid types[] = {JSONBOID};
  Datum values[] = {JsonbPGetDatum(json)};
  old_spi_run(
      "SELECT $1 ->> 'source_relation', $1 ->> 'source_kind', $1 ->> 'filter', ($1 ->> 'binary')::bool, "
      "$1 ->> 'source_name'",
      1, types, values);
  bool is_null;
  what->source_relation = old_spi_text(0, 1);
  what->source_kind = old_spi_text(0, 2)[0];
  what->filter = old_spi_text(0, 3);
  what->binary = DatumGetBool(old_spi_datum(0, 4, &is_null));
  what->source_name = old_spi_text(0, 5);
  uint64 n = old_spi_run(
      "SELECT c ->> 'name', c ->> 'expression', c ->> 'strategy', c ->> 'options', (c ->> 'kind')::int4, "
      "(c ->> 'max_chars')::int8, (c ->> 'element')::int8, c ->> 'literal', (c ->> 'number')::int2, "
      "(c ->> 'type')::int8, (c ->> 'typmod')::int4 "
      "FROM jsonb_array_elements($1 -> 'columns') WITH ORDINALITY u(c, number) ORDER BY number",
      1, types, values);
  what->n_columns = static_cast<int>(n);
  what->columns = static_cast<WireColumn *>(palloc0(sizeof(WireColumn) * Max(n, 1)));
  for (uint64 row = 0; row < n; row++) read_wire_column(what, row);
  return what;
}

}  // namespace confiture

// A transfer as JSON, as a run keeps it for its workers.
#include "load/transfer.h"
#include "pg/digest.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"
#include "plan/lookups.h"
#include "plan/plan.h"

namespace confiture {

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

static void append_spec(StringInfo json, const wall::ColumnSpec *spec) {
  appendStringInfo(json, R"("kind": %d, "is_array": %s, "max_chars": %u)", static_cast<int>(spec->kind),
                   spec->is_array ? "true" : "false", spec->max_chars);
  for (size_t clue = 0; clue < wall::clue_count; clue++)
    appendStringInfo(json, R"(, "has_%s": %s)", wall::clue_names[clue], spec->has_clue[clue] ? "true" : "false");
  appendStringInfo(json, R"(, "precision": %u, "scale": %d, "element": %u)", spec->precision, spec->scale,
                   spec->array_element_oid);
  if (spec->is_folded) appendStringInfoString(json, R"(, "is_folded": true)");
  append_text(json, "labels", spec->labels);
  if (spec->values != nullptr) append_text(json, "values_digest", digest_of(spec->values));
  append_text(json, "strategy", spec->strategy);
  append_text(json, "options", spec->options);
  append_text(json, "type_name", spec->type_name);
  if (spec->literal != nullptr) append_text(json, "literal", to_hex(spec->literal, spec->literal_size));
  if (spec->fields == nullptr) return;
  appendStringInfoString(json, R"(, "fields": [)");
  for (size_t i = 0; i < spec->n_fields; i++) {
    appendStringInfo(json, R"(%s{"oid": %u, )", i > 0 ? ", " : "", spec->fields[i].oid);
    append_spec(json, &spec->fields[i]);
    append_text(json, "name", spec->fields[i].name);
    appendStringInfoString(json, "}");
  }
  appendStringInfoString(json, "]");
}

static void append_column(StringInfo json, const WireColumn *column) {
  appendStringInfo(json, R"({"number": %d, "type": %u, "typmod": %d, )", column->number, column->type, column->typmod);
  append_spec(json, &column->spec);
  append_text(json, "name", column->name);
  append_text(json, "source", column->source);
  append_text(json, "expression", column->expression);
  append_text(json, "side", column->side);
  if (OidIsValid(column->function)) appendStringInfo(json, R"(, "function": %u)", column->function);
  append_text(json, "function_digest", column->function_digest);
  for (size_t clue = 0; clue < wall::clue_count; clue++) append_text(json, wall::clue_names[clue], column->clues[clue]);
  for (size_t i = 0; i < column->spec.n_cases; i++) {
    appendStringInfoString(json, i == 0 ? R"(, "cases": [{)" : "}, {");
    append_spec(json, &column->spec.cases[i]);
  }
  if (column->spec.n_cases > 0) appendStringInfoString(json, "}]");
  for (int i = 0; i < column->n_named; i++) {
    appendStringInfoString(json, i == 0 ? R"(, "named": [)" : ", ");
    append_column(json, &column->named[i]);
  }
  appendStringInfoString(json, column->n_named > 0 ? "]}" : "}");
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
  appendStringInfoString(&json, R"(], "key_columns": [)");
  const char *separator = "";
  for (const char *name : each_text(transfer->key_columns)) {
    appendStringInfoString(&json, separator);
    escape_json(&json, name);
    separator = ", ";
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

// clang-format off
// The fields of a spec in an object of that name, in the order of read_spec().
#define SQL_SPEC(object)                 \
  object " ->> 'strategy', "             \
  object " ->> 'options', "              \
  "(" object " ->> 'kind')::int4, "      \
  "(" object " ->> 'is_array')::bool, "  \
  "(" object " ->> 'max_chars')::int8, " \
  "(" object " ->> 'precision')::int8, " \
  "(" object " ->> 'scale')::int4, "     \
  "(" object " ->> 'is_folded')::bool, " \
  object " ->> 'labels', "               \
  object " ->> 'values_digest', "        \
  "(" object " ->> 'element')::oid, "    \
  object " ->> 'literal', "              \
  object " ->> 'type_name', "            \
  object " -> 'fields', "                \
  "(" object " ->> 'has_entity')::bool, " \
  "(" object " ->> 'has_gender')::bool "
// clang-format on

static void read_fields(wall::ColumnSpec *spec, const Jsonb *json);

static wall::ColumnSpec read_spec(Row *row, const char *name) {
  wall::ColumnSpec spec = {};
  spec.name = name;
  spec.strategy = row->next<const char *>();
  spec.options = row->next<const char *>();
  spec.kind = kind_of(required<int32>(row));
  spec.is_array = required<bool>(row);
  spec.max_chars = static_cast<uint32>(required<int64>(row));
  spec.precision = static_cast<uint32>(required<int64>(row));
  spec.scale = required<int32>(row);
  spec.is_folded = row->next<bool>();
  spec.labels = row->next<const char *>();
  if (const char *digest = row->next<const char *>(); digest != nullptr) spec.values = read_same_lookup(&spec, digest);
  spec.array_element_oid = required<Oid>(row);
  read_literal(&spec, row->next<const char *>());
  spec.type_name = row->next<const char *>();
  if (const Jsonb *fields = row->next<Jsonb *>(); fields != nullptr) read_fields(&spec, fields);
  if ((spec.kind == wall::ValueKind::record) != (spec.fields != nullptr)) raise_damaged();
  for (bool &has_clue : spec.has_clue) has_clue = row->next<bool>();
  return spec;
}

// A clue that is missed would make another mask.
static void check_clues(const WireColumn *column, const wall::ColumnSpec *spec) {
  for (size_t clue = 0; clue < wall::clue_count; clue++)
    if (spec->has_clue[clue] && column->clues[clue] == nullptr) raise_damaged();
}

static WireColumn *read_columns(const Jsonb *list, int *n_columns);

static WireColumn read_wire_column(Row row) {
  WireColumn column = {.name = required<const char *>(&row),
                       .number = required<int16>(&row),
                       .type = required<Oid>(&row),
                       .typmod = required<int32>(&row),
                       .source = row.next<const char *>(),
                       .expression = required<const char *>(&row),
                       .side = row.next<const char *>(),
                       .clues = {},
                       .n_named = 0,
                       .named = nullptr,
                       .spec = {},
                       .function = row.next<Oid>(),
                       .function_digest = row.next<const char *>()};
  if (OidIsValid(column.function) != (column.function_digest != nullptr)) raise_damaged();
  for (const char *&clue : column.clues) clue = row.next<const char *>();
  if (const Jsonb *named = row.next<Jsonb *>(); named != nullptr) column.named = read_columns(named, &column.n_named);
  column.spec = read_spec(&row, column.name);
  if (column.number <= 0) raise_damaged();
  check_clues(&column, &column.spec);
  return column;
}

static void read_fields(wall::ColumnSpec *spec, const Jsonb *json) {
  check_stack_depth();
  Rows rows = spi_run(R"(
      SELECT f ->> 'name', (f ->> 'oid')::oid, )" SQL_SPEC("f") R"(
      FROM jsonb_array_elements($1) WITH ORDINALITY u(f, position)
      ORDER BY position
      )",
                      {arg(json)});
  wall::ColumnSpec *fields = make_array<wall::ColumnSpec>(rows.count + 1);
  for (Row row : rows) {
    const char *name = required<const char *>(&row);
    Oid oid = required<Oid>(&row);
    wall::ColumnSpec *field = &fields[spec->n_fields++];
    *field = read_spec(&row, name);
    field->oid = oid;
  }
  spec->fields = fields;
}

// Without its cases a column would be copied as it is.
static void read_cases(WireColumn *columns, int n_columns, const Jsonb *list) {
  for (Row row : spi_run(R"(
      SELECT number::int4, jsonb_array_length(c -> 'cases'), )" SQL_SPEC("s") R"(
      FROM jsonb_array_elements($1) WITH ORDINALITY u(c, number)
      CROSS JOIN jsonb_array_elements(c -> 'cases') WITH ORDINALITY v(s, position)
      ORDER BY number, position
      )",
                         {arg(list)})) {
    WireColumn *column = &columns[row.next<int32>() - 1];
    int32 n = row.next<int32>();
    if (column->spec.cases == nullptr) column->spec.cases = make_array<wall::ColumnSpec>(n);
    const_cast<wall::ColumnSpec *>(column->spec.cases)[column->spec.n_cases++] = read_spec(&row, column->name);
    check_clues(column, &column->spec.cases[column->spec.n_cases - 1]);
  }
  for (int i = 0; i < n_columns; i++)
    if ((columns[i].side != nullptr) != (columns[i].spec.n_cases > 0)) raise_damaged();
}

static WireColumn *read_columns(const Jsonb *list, int *n_columns) {
  check_stack_depth();
  Rows rows = spi_run(R"(
      SELECT c ->> 'name',
             (c ->> 'number')::int2,
             (c ->> 'type')::oid,
             (c ->> 'typmod')::int4,
             c ->> 'source',
             c ->> 'expression',
             c ->> 'side',
             (c ->> 'function')::oid,
             c ->> 'function_digest',
             c ->> 'entity',
             c ->> 'gender',
             c -> 'named',
             )" SQL_SPEC("c") R"(
      FROM jsonb_array_elements($1) WITH ORDINALITY u(c, position)
      ORDER BY position
      )",
                      {arg(list)});
  WireColumn *columns = make_array<WireColumn>(rows.count);
  bool has_sides = false;
  for (Row each : rows) {
    WireColumn column = read_wire_column(each);
    columns[(*n_columns)++] = column;
    has_sides |= column.side != nullptr;
  }
  if (has_sides) read_cases(columns, *n_columns, list);
  return columns;
}

static Transfer *read_transfer(Oid relation, Row *row) {
  return make<Transfer>({.relation = relation,
                         .loader = loader_of(row->next<const char *>("copy")),
                         .engine = row->next<const char *>(),
                         .source_relation = required<const char *>(row),
                         .source_name = required<const char *>(row),
                         .source_kind = required<const char *>(row)[0],
                         .filter = row->next<const char *>(),
                         .binary = required<bool>(row),
                         .needs_masker = false,
                         .n_columns = 0,
                         .columns = nullptr,
                         .key_columns = row->next_texts()});
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
             ARRAY(SELECT jsonb_array_elements_text($1 -> 'key_columns')),
             CASE jsonb_typeof($1 -> 'columns') WHEN 'array' THEN $1 -> 'columns' END
      )",
                      {arg(json)});
  Row row = head.first();
  Transfer *transfer = read_transfer(relation, &row);
  transfer->columns = read_columns(required<Jsonb *>(&row), &transfer->n_columns);
  for (int i = 0; i < transfer->n_columns; i++) transfer->needs_masker |= needs_masker(&transfer->columns[i].spec);
  return transfer;
}

}  // namespace confiture

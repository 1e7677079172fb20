#include "plan/samples.h"

#include "pg/list.h"

namespace confiture {

static constexpr int n_samples = 32;

// Text form of the kind.
static char *sample_value(wall::ValueKind kind, int i) {
  switch (kind) {
    case wall::ValueKind::int2:
    case wall::ValueKind::int4:
    case wall::ValueKind::int8:
      return psprintf("%d", i * i + 1);
    case wall::ValueKind::uuid:
      return psprintf("%08x-0000-4000-8000-%012x", i, i + 1);
    case wall::ValueKind::numeric:
      return psprintf("%d", i % 10);  // within the limits of any modifier
    case wall::ValueKind::float4:
    case wall::ValueKind::float8:
      return psprintf("%d.5", i * i);
    case wall::ValueKind::date:
      return psprintf("%04d-%02d-%02d", 1950 + 2 * i, i % 12 + 1, i % 28 + 1);
    case wall::ValueKind::timestamp:
      return psprintf("%04d-%02d-%02d 12:34:56", 1950 + 2 * i, i % 12 + 1, i % 28 + 1);
    case wall::ValueKind::timestamptz:
      return psprintf("%04d-%02d-%02d 12:34:56+00", 1950 + 2 * i, i % 12 + 1, i % 28 + 1);
    case wall::ValueKind::time:
      return psprintf("%02d:%02d:07", i % 24, i);
    case wall::ValueKind::timetz:
      return psprintf("%02d:%02d:07+01", i % 24, i);
    case wall::ValueKind::interval:
      return psprintf("%d days %02d:00:00", i + 2, i % 24);
    case wall::ValueKind::inet:
      return i % 2 == 0 ? psprintf("10.20.%d.7", i) : psprintf("2001:db8::%x", i);
    case wall::ValueKind::cidr:
      return i % 2 == 0 ? psprintf("10.20.%d.0/24", i) : psprintf("2001:db8:%x::/48", i);
    case wall::ValueKind::macaddr:
      return psprintf("08:00:2b:01:02:%02x", i);
    case wall::ValueKind::macaddr8:
      return psprintf("08:00:2b:01:02:03:04:%02x", i);
    case wall::ValueKind::bytea:
      return psprintf("\\x%04x", i);
    case wall::ValueKind::boolean:
      return pstrdup(i % 2 == 0 ? "f" : "t");
    case wall::ValueKind::json:
    case wall::ValueKind::jsonb:
      return psprintf("{\"sample\": %d}", i);
    case wall::ValueKind::hstore:
      return psprintf("\"sample\"=>\"%d\"", i);
    case wall::ValueKind::point:
      return psprintf("(%d.5,%d.25)", i * 3, i * 2);
    case wall::ValueKind::text:
    case wall::ValueKind::enumeration:  // see sample_label()
    case wall::ValueKind::record:
    case wall::ValueKind::other:
      break;
  }
  return psprintf("%.*s sample %d", i, "Zoe.Example+abcdefghijklmnopqrstuvwxyz", i);
}

// The labels of the column's enum, in turn: a mask may let them pass.
static char *sample_label(const wall::ColumnSpec *spec, int i) {
  Datum labels = OidInputFunctionCall(F_ARRAY_IN, pstrdup(spec->labels), TEXTOID, -1);
  Datum *label;
  int n;
  deconstruct_array(DatumGetArrayTypeP(labels), TEXTOID, -1, false, TYPALIGN_INT, &label, nullptr, &n);
  return n == 0 ? pstrdup("") : TextDatumGetCString(label[i % n]);
}

// As an element of an array, or a field of a row.
static void append_quoted(StringInfo sample, const char *value) {
  appendStringInfoChar(sample, '"');
  for (const char *c = value; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\') appendStringInfoChar(sample, '\\');
    appendStringInfoChar(sample, *c);
  }
  appendStringInfoChar(sample, '"');
}

static char *sample_input(const wall::ColumnSpec *spec, int i);

// Fields may stay as they are, so that their samples must be values of their types. Labels are not tried.
static char *sample_row(const wall::ColumnSpec *spec, int i) {
  StringInfoData row;
  initStringInfo(&row);
  for (size_t n = 0; n < spec->n_fields; n++) {
    const wall::ColumnSpec *field = &spec->fields[n];
    appendStringInfoChar(&row, n == 0 ? '(' : ',');
    if (field->kind == wall::ValueKind::other || field->kind == wall::ValueKind::enumeration) continue;
    char *value = sample_input(field, i);
    if (field->max_chars != 0 && !field->is_array && strlen(value) > field->max_chars) value[field->max_chars] = '\0';
    if (field->max_chars == 0 || !field->is_array) append_quoted(&row, value);
  }
  appendStringInfoString(&row, spec->n_fields == 0 ? "()" : ")");
  return row.data;
}

static char *sample_input(const wall::ColumnSpec *spec, int i) {
  char *value = spec->kind == wall::ValueKind::record        ? sample_row(spec, i)
                : spec->kind == wall::ValueKind::enumeration ? sample_label(spec, i)
                                                             : sample_value(spec->kind, i);
  if (!spec->is_array) return value;
  StringInfoData array;
  initStringInfo(&array);
  appendStringInfoChar(&array, '{');
  append_quoted(&array, value);
  appendStringInfoChar(&array, '}');
  return array.data;
}

// What a domain takes is not known before.
static bool has_domain(const wall::ColumnSpec *spec) {
  for (size_t i = 0; i < spec->n_fields; i++)
    if (get_typtype(spec->fields[i].oid) == TYPTYPE_DOMAIN || has_domain(&spec->fields[i])) return true;
  return false;
}

List *sample_outputs(wall::ValueMasker *masker, const wall::ColumnSpec *spec) {
  List *inputs = NIL;
  if (has_domain(spec)) return inputs;
  for (int i = 0; i < n_samples; i++) inputs = append(inputs, sample_input(spec, i));
  return outputs_of(masker, inputs);
}

List *outputs_of(wall::ValueMasker *masker, List *inputs) {
  List *outputs = NIL;
  for (const char *input : each_text(inputs)) {
    const char *output;
    size_t size;
    bool is_null;
    wall::Status status;
    if (!wall::value_masker_apply(masker, input, strlen(input), &output, &size, &is_null, &status)) continue;
    if (!is_null) outputs = append(outputs, pnstrdup(output, size));
  }
  return outputs;
}

}  // namespace confiture

#include "scan/unmask.h"

#include "pg/core_error.h"
#include "pg/core_objects.h"

namespace confiture {

static bool is_integer(Oid type) { return type == INT2OID || type == INT4OID || type == INT8OID; }
static bool is_text(Oid type) { return type == TEXTOID || type == VARCHAROID; }
bool are_alike(Oid type, Oid other) {
  return (is_integer(type) && is_integer(other)) || (is_text(type) && is_text(other));
}

const char *inverse_of(wall::ValueMasker *masker, const char *text) {
  wall::Status status;
  const char *value;
  size_t size;
  bool has_inverse;
  if (!wall::value_masker_unmask(masker, text, strlen(text), &value, &size, &has_inverse, &status)) raise(&status);
  return has_inverse ? pnstrdup(value, size) : nullptr;
}

wall::ValueMasker *masker_of(const WireColumn *column) {
  wall::Status status;
  wall::ValueMasker *masker =
      make_value_masker(CurrentMemoryContext, &column->spec, wall::WireFormat::text, read_masking_key(), &status);
  if (masker == nullptr) raise(&status);
  return masker;
}

// Does the source send the column, at most as text?
static bool is_as_it_is(const WireColumn *column) {
  return strcmp(column->expression, column->source) == 0 ||
         (is_text(column->type) && strcmp(column->expression, psprintf("%s::pg_catalog.text", column->source)) == 0);
}

bool is_invertible(const WireColumn *column, bool is_same_type) {
  if (!is_same_type || column->spec.strategy == nullptr || column->spec.n_cases > 0 || column->side != nullptr ||
      column->spec.is_array || column->source == nullptr || !is_as_it_is(column) ||
      !are_alike(column->type, column->type))
    return false;
  return inverse_of(masker_of(column), "1") != nullptr;
}

}  // namespace confiture

#include "mask/binary_codec.h"

#include "mask/form/binary_form.h"
#include "mask/record_strategy.h"
#include "mask/value_codec.h"

namespace confiture::mask::binary_codec {

namespace {

// array_send(): number of dimensions, "may hold NULLs", element type, then size and lower bound of each dimension, then
// the elements, each behind its length.
constexpr int32_t most_dimensions = 6;
constexpr int64_t most_elements = longest_value / 4;  // each has a length word
constexpr size_t dimension_size = 8;

bool mask_array(const Strategy &strategy, ValueType type, std::string_view value, ByteSink &out) {
  if (value.size() < array_head_size) return false;
  const char *p = value.data();
  const char *const end = p + value.size();
  const int32_t dimensions = load_int32(p), flags = load_int32(p + 4);
  if (dimensions < 0 || dimensions > most_dimensions || (flags & ~1) != 0) return false;
  const size_t head = array_head_size + dimension_size * static_cast<size_t>(dimensions);
  if (value.size() < head) return false;
  int64_t count = dimensions == 0 ? 0 : 1;
  for (int32_t i = 0; i < dimensions; ++i) {
    const int32_t size = load_int32(p + array_head_size + dimension_size * static_cast<size_t>(i));
    if (size < 0) return false;
    count *= size;
    if (count > most_elements) return false;
  }

  const size_t start = out.size();
  out.append(value.substr(0, head));
  if (type.element_oid != 0) store_int32(out.at(start + element_oid_offset), static_cast<int32_t>(type.element_oid));
  for (p += head; count > 0; --count) {
    if (end - p < 4) break;
    const int32_t size = load_int32(p);
    out.append(std::string_view(p, 4));
    p += 4;
    if (size == -1) continue;
    if (size < 0 || size > end - p) break;
    const size_t element = out.size();
    if (!mask_value(strategy, type.kind, std::string_view(p, static_cast<size_t>(size)), out)) break;
    store_int32(out.at(element - 4), static_cast<int32_t>(out.size() - element));
    p += size;
  }
  if (count == 0 && p == end) return true;
  out.truncate(start);
  return false;
}

// Of an array that stays as it is.
void set_element_oid(uint32_t oid, size_t start, ByteSink &out) {
  if (out.size() - start >= array_head_size) store_int32(out.at(start + element_oid_offset), static_cast<int32_t>(oid));
}

bool write_field(const RecordField &field, std::string_view value, ByteSink &out) {
  const size_t start = out.size();
  if (field.strategy != nullptr) return mask_value(*field.strategy, field.type, value, out);
  out.append(value);
  if (field.type.is_array && field.type.element_oid != 0) set_element_oid(field.type.element_oid, start, out);
  return true;
}

// record_send(): number of fields, then of each the type's OID, its length and the value.
bool mask_record(const Strategy &strategy, std::string_view value, ByteSink &out) {
  constexpr size_t field_head = 8;
  const RecordStrategy *record = strategy.as_record_strategy();
  if (record == nullptr || value.size() < 4) return false;
  const std::span<const RecordField> fields = record->fields();
  const char *p = value.data();
  const char *const end = p + value.size();
  const size_t start = out.size();
  size_t written = 0;
  if (load_int32(p) == static_cast<int64_t>(fields.size())) {
    out.append(std::string_view(p, 4));
    p += 4;
    for (; written < fields.size(); written++) {
      const RecordField &field = fields[written];
      if (static_cast<size_t>(end - p) < field_head) break;
      const int32_t size = load_int32(p + 4);
      const size_t head = out.size();
      out.append(std::string_view(p, field_head));
      if (field.oid != 0) store_int32(out.at(head), static_cast<int32_t>(field.oid));
      p += field_head;
      if (size == -1) continue;
      if (size < 0 || size > end - p) break;
      if (field.becomes_null)
        store_int32(out.at(head + 4), -1);
      else if (write_field(field, {p, static_cast<size_t>(size)}, out))
        store_int32(out.at(head + 4), static_cast<int32_t>(out.size() - head - field_head));
      else
        break;
      p += size;
    }
    if (written == fields.size() && p == end) return true;
  }
  out.truncate(start);
  return false;
}

}  // namespace

bool mask_value(const Strategy &strategy, ValueType type, std::string_view value, ByteSink &out) {
  if (type.is_array) return mask_array(strategy, type, value, out);
  if (type.kind == ValueKind::record) return mask_record(strategy, value, out);
  return mask_value_in<BinaryForm>(strategy, type.kind, value, out);
}

}  // namespace confiture::mask::binary_codec

#include "mask/shown_value.h"

#include "mask/form/binary_form.h"
#include "mask/form/text_form.h"

namespace confiture::mask {

template <int bits>
static bool show_integer(std::string_view value, ByteSink &out) {
  int64_t number = 0;
  if (!BinaryForm::read_integer<bits>(value, number)) return false;
  TextForm::write_integer<bits>(number, out);
  return true;
}

static bool show_uuid(std::string_view value, ByteSink &out) {
  Uuid uuid{};
  if (!BinaryForm::read_uuid(value, uuid)) return false;
  TextForm::write_uuid(uuid, out);
  return true;
}

static bool show_day(std::string_view value, ByteSink &out) {
  int64_t day = 0;
  if (!BinaryForm::read_day(value, day)) return false;
  const bool is_infinite = day == INT32_MAX || day == INT32_MIN;
  if (!is_infinite && (day < first_day || day > last_day(ValueKind::date))) return false;
  TextForm::write_day(day, out);
  return true;
}

bool show_binary(ValueKind kind, std::string_view value, ByteSink &out) {
  switch (kind) {
    case ValueKind::text:
    case ValueKind::enumeration:
      out.append(value);
      return true;
    case ValueKind::int2:
      return show_integer<16>(value, out);
    case ValueKind::int4:
      return show_integer<32>(value, out);
    case ValueKind::int8:
      return show_integer<64>(value, out);
    case ValueKind::uuid:
      return show_uuid(value, out);
    case ValueKind::date:
      return show_day(value, out);
    default:
      return false;
  }
}

}  // namespace confiture::mask

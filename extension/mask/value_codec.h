// Masks one value in a wire form. Which function of the strategy takes a kind is the same in every form; how values of
// the kind look is up to the form.
#pragma once

#include <string_view>

#include "mask/byte_sink.h"
#include "mask/integer_range.h"
#include "mask/strategy.h"

namespace confiture::mask {

template <typename Form, int bits>
bool mask_integer_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  int64_t number = 0;
  if (!Form::template read_integer<bits>(value, number)) return false;
  Form::template write_integer<bits>(checked_integer(strategy.mask_integer(number, bits), bits), out);
  return true;
}

template <typename Form>
bool mask_uuid_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  Uuid uuid{};
  if (!Form::read_uuid(value, uuid)) return false;
  strategy.mask_uuid(uuid);
  Form::write_uuid(uuid, out);
  return true;
}

// Appends the masked value. Returns false, with nothing appended, when the value is not of the kind.
//
// A Form has for each kind a static read_*, which returns false when the bytes are not such a value, and a static
// write_*.
template <typename Form>
bool mask_value_in(const Strategy &strategy, ValueKind kind, std::string_view value, ByteSink &out) {
  switch (kind) {
    case ValueKind::text:
      strategy.mask_text(value, out);
      return true;
    case ValueKind::int2:
      return mask_integer_in<Form, 16>(strategy, value, out);
    case ValueKind::int4:
      return mask_integer_in<Form, 32>(strategy, value, out);
    case ValueKind::int8:
      return mask_integer_in<Form, 64>(strategy, value, out);
    case ValueKind::uuid:
      return mask_uuid_in<Form>(strategy, value, out);
    case ValueKind::other:
      break;
  }
  return false;
}

}  // namespace confiture::mask

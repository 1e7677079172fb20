// How values of other columns stand in a text: as their types print them, whatever the wire format.
#pragma once

#include <cstdint>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/vocabulary.h"

namespace confiture::mask {

// What prints alike in all sessions.
constexpr KindSet shown_kinds =
    integer_kinds | kinds_of(ValueKind::text, ValueKind::enumeration, ValueKind::uuid, ValueKind::date);

// The most characters that a value of the kind has, which are then all needed; 0: any number, a part of them will do.
constexpr uint32_t longest_shown(ValueKind kind) {
  switch (kind) {
    case ValueKind::int2:
      return 6;  // -32768
    case ValueKind::int4:
      return 11;
    case ValueKind::int8:
      return 20;
    case ValueKind::uuid:
      return 36;
    case ValueKind::date:
      return 13;  // 5874897-12-31, 4714-11-24 BC
    default:
      return 0;
  }
}

// Appends a value in binary form as its type prints it. Returns false when the bytes are no value of the kind.
bool show_binary(ValueKind kind, std::string_view value, ByteSink &out);

}  // namespace confiture::mask

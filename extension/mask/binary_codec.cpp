#include "mask/binary_codec.h"

#include "mask/integer_range.h"

namespace confiture::mask::binary_codec {

namespace {

void mask_integer_binary(const Strategy &mask, int bits, std::string_view value, ByteSink &out) {
  uint64_t number = 0;
  for (const char c : value) number = number << 8 | static_cast<unsigned char>(c);
  const int unused = 64 - bits;
  const int64_t extended = static_cast<int64_t>(number << unused) >> unused;
  const auto masked = static_cast<uint64_t>(checked_integer(mask.mask_integer(extended, bits), bits));
  const auto size = static_cast<size_t>(bits / 8);
  char *room = out.reserve(size);
  for (size_t i = 0; i < size; ++i) room[i] = static_cast<char>(masked >> (8 * (size - 1 - i)));
  out.commit(size);
}

void mask_uuid_binary(const Strategy &mask, std::string_view value, ByteSink &out) {
  std::array<uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), value.data(), bytes.size());
  mask.mask_uuid(bytes);
  out.append(std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
}

}  // namespace

bool can_be(ValueKind kind, std::string_view value) {
  switch (kind) {
    case ValueKind::text:
      return true;
    case ValueKind::int2:
      return value.size() == 2;
    case ValueKind::int4:
      return value.size() == 4;
    case ValueKind::int8:
      return value.size() == 8;
    case ValueKind::uuid:
      return value.size() == 16;
    case ValueKind::other:
      break;
  }
  return false;
}

bool mask_value(const Strategy &mask, ValueKind kind, std::string_view value, ByteSink &out) {
  if (!can_be(kind, value)) return false;
  switch (kind) {
    case ValueKind::text:
      mask.mask_text(value, out);
      break;
    case ValueKind::int2:
      mask_integer_binary(mask, 16, value, out);
      break;
    case ValueKind::int4:
      mask_integer_binary(mask, 32, value, out);
      break;
    case ValueKind::int8:
      mask_integer_binary(mask, 64, value, out);
      break;
    case ValueKind::uuid:
      mask_uuid_binary(mask, value, out);
      break;
    case ValueKind::other:
      break;
  }
  return true;
}

}  // namespace confiture::mask::binary_codec

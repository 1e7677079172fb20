#include "binary_codec.h"

#include "integer_range.h"

namespace confiture::mask::binary_codec {

namespace {

void mask_integer_binary(const strategy &mask, int bits, std::string_view value, byte_sink &out) {
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

void mask_uuid_binary(const strategy &mask, std::string_view value, byte_sink &out) {
  std::array<uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), value.data(), bytes.size());
  mask.mask_uuid(bytes);
  out.append(std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
}

}  // namespace

bool can_be(value_kind kind, std::string_view value) {
  switch (kind) {
    case value_kind::text:
      return true;
    case value_kind::int2:
      return value.size() == 2;
    case value_kind::int4:
      return value.size() == 4;
    case value_kind::int8:
      return value.size() == 8;
    case value_kind::uuid:
      return value.size() == 16;
    case value_kind::other:
      break;
  }
  return false;
}

bool mask_value(const strategy &mask, value_kind kind, std::string_view value, byte_sink &out) {
  if (!can_be(kind, value)) return false;
  switch (kind) {
    case value_kind::text:
      mask.mask_text(value, out);
      break;
    case value_kind::int2:
      mask_integer_binary(mask, 16, value, out);
      break;
    case value_kind::int4:
      mask_integer_binary(mask, 32, value, out);
      break;
    case value_kind::int8:
      mask_integer_binary(mask, 64, value, out);
      break;
    case value_kind::uuid:
      mask_uuid_binary(mask, value, out);
      break;
    case value_kind::other:
      break;
  }
  return true;
}

}  // namespace confiture::mask::binary_codec

// The binary format of COPY: numbers in network byte order, values and arrays in their types' send form.
// Source: PostgreSQL documentation, COPY, "Binary Format".
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/strategy.h"

namespace confiture::mask::binary_codec {

// Signature, int32 flags, int32 length of the extension area that follows.
constexpr std::string_view signature{"PGCOPY\n\377\r\n\0", 11};
constexpr size_t header_size = 19;
// Bits 16 to 31 of the flags change the meaning of what follows (bit 16: OIDs in every row). We know none of them.
constexpr uint32_t critical_flags = 0xffff0000;
// Largest length PostgreSQL can send: MaxAllocSize.
constexpr int32_t longest_value = 0x3fffffff;

inline int16_t load_int16(const char *bytes) {
  uint16_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) number = __builtin_bswap16(number);
  return static_cast<int16_t>(number);
}
inline int32_t load_int32(const char *bytes) {
  uint32_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) number = __builtin_bswap32(number);
  return static_cast<int32_t>(number);
}
inline void store_int32(char *bytes, int32_t value) {
  auto number = static_cast<uint32_t>(value);
  if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) number = __builtin_bswap32(number);
  std::memcpy(bytes, &number, sizeof number);
}

// An array starts with its number of dimensions, flags, and the OID of its element type.
constexpr size_t element_oid_offset = 8;
constexpr size_t array_head_size = 12;

// Appends the masked form of a value in its type's send form, without the length word. Returns false, with nothing
// appended, when the value is not of the type.
bool mask_value(const Strategy &strategy, ValueType type, std::string_view value, ByteSink &out);

}  // namespace confiture::mask::binary_codec

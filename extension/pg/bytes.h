// Numbers in network byte order, at any address.
#pragma once

#include "pg/pg.h"

namespace confiture {

inline int16 read_int16(const char *bytes) {
  uint16 number;
  memcpy(&number, bytes, sizeof number);
  return static_cast<int16>(pg_ntoh16(number));
}

inline int32 read_int32(const char *bytes) {
  uint32 number;
  memcpy(&number, bytes, sizeof number);
  return static_cast<int32>(pg_ntoh32(number));
}

inline int64 read_int64(const char *bytes) {
  uint64 number;
  memcpy(&number, bytes, sizeof number);
  return static_cast<int64>(pg_ntoh64(number));
}

// Returns the bytes written.
template <class Number>
int write_number(char *bytes, Number number) {
  if constexpr (sizeof number == sizeof(uint16))
    number = static_cast<Number>(pg_hton16(static_cast<uint16>(number)));
  else if constexpr (sizeof number == sizeof(uint32))
    number = static_cast<Number>(pg_hton32(static_cast<uint32>(number)));
  else
    number = static_cast<Number>(pg_hton64(static_cast<uint64>(number)));
  memcpy(bytes, &number, sizeof number);
  return sizeof number;
}

}  // namespace confiture

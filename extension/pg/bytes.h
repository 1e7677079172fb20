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

}  // namespace confiture

// How values of each kind look in their type's send form: numbers in network byte order.
// Source: PostgreSQL, the *_send and *_recv functions of src/backend/utils/adt.
#pragma once

#include <cstring>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/form/pairs.h"
#include "mask/strategy.h"

namespace confiture::mask {

// read_* return false when the bytes are no such value; write_* append one.
struct BinaryForm {
  template <int bits>
  static bool read_integer(std::string_view value, int64_t &number) {
    if (value.size() != bits / 8) return false;
    uint64_t unsigned_number = 0;
    for (const char c : value) unsigned_number = unsigned_number << 8 | static_cast<unsigned char>(c);
    constexpr int unused = 64 - bits;
    number = static_cast<int64_t>(unsigned_number << unused) >> unused;  // extends the sign
    return true;
  }

  template <int bits>
  static void write_integer(int64_t number, ByteSink &out) {
    constexpr size_t size = bits / 8;
    char *room = out.reserve(size);
    for (size_t i = 0; i < size; ++i)
      room[i] = static_cast<char>(static_cast<uint64_t>(number) >> (8 * (size - 1 - i)));
    out.commit(size);
  }

  static bool read_uuid(std::string_view value, Uuid &uuid) {
    if (value.size() != uuid.size()) return false;
    std::memcpy(uuid.data(), value.data(), uuid.size());
    return true;
  }
  static void write_uuid(const Uuid &uuid, ByteSink &out) {
    out.append(std::string_view(reinterpret_cast<const char *>(uuid.data()), uuid.size()));
  }

  static bool read_numeric(std::string_view value, Numeric &number);
  static void write_numeric(const Numeric &number, ByteSink &out);
  template <int bits>
  static bool read_float(std::string_view value, double &number);
  template <int bits>
  static void write_float(double number, ByteSink &out);

  // Stored as they are sent: days or microseconds since 2000-01-01, the ends of the range for infinity.
  static bool read_day(std::string_view value, int64_t &day) { return read_integer<32>(value, day); }
  static void write_day(int64_t day, ByteSink &out) { write_integer<32>(day, out); }
  static bool read_timestamp(std::string_view value, ValueKind, int64_t &stamp) {
    return read_integer<64>(value, stamp);
  }
  static void write_timestamp(int64_t stamp, ValueKind, ByteSink &out) { write_integer<64>(stamp, out); }
  static bool read_time(std::string_view value, int64_t &time) { return read_integer<64>(value, time); }
  static void write_time(int64_t time, ByteSink &out) { write_integer<64>(time, out); }
  static bool read_timetz(std::string_view value, ZonedTime &zoned);
  static void write_timetz(const ZonedTime &zoned, ByteSink &out);
  static bool read_interval(std::string_view value, Interval &interval);
  static void write_interval(const Interval &interval, ByteSink &out);

  static bool read_ip(std::string_view value, IpAddress &address);
  static void write_ip(const IpAddress &address, bool is_cidr, ByteSink &out);
  static bool read_mac(std::string_view value, MacAddress &mac);
  static void write_mac(const MacAddress &mac, ByteSink &out);

  static bool read_point(std::string_view value, Point &point);
  static void write_point(const Point &point, ByteSink &out);

  static bool read_boolean(std::string_view value, bool &flag) {
    flag = value == "\x01";
    return flag || (value.size() == 1 && value[0] == 0);
  }
  static void write_boolean(bool flag, ByteSink &out) { out.append(static_cast<char>(flag)); }

  // `call(bytes, out)` appends the masked bytes.
  template <typename Call>
  static bool replace_bytes(std::string_view value, ByteSink &out, Call call) {
    call(value, out);
    return true;
  }
  template <typename Call>
  static bool replace_jsonb(std::string_view value, ByteSink &out, Call call) {
    constexpr char version = 1;
    if (!value.starts_with(version)) return false;
    out.append(version);
    call(value.substr(1), out);
    return true;
  }
  template <typename Call>
  static bool replace_pairs(std::string_view value, ByteSink &out, Call call) {
    if (!are_pairs(value)) return false;
    call(value, out);
    return true;
  }
};

}  // namespace confiture::mask

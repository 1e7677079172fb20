// How values of each kind look in their type's output form.
//
// Dates and times, floats and bytea depend on settings of the session that prints them. Sources print with those that
// source/session.cpp makes: datestyle ISO, intervalstyle postgres, extra_float_digits 3, bytea_output hex.
// Source: PostgreSQL, the *out functions of src/backend/utils/adt.
#pragma once

#include <charconv>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/form/pairs.h"
#include "mask/integer_range.h"
#include "mask/strategy.h"

namespace confiture::mask {

// The value of a hexadecimal digit, -1 if it is none.
inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// As BinaryForm. Nothing is escaped.
struct TextForm {
  template <int bits>
  static bool read_integer(std::string_view value, int64_t &number) {
    const char *end = value.data() + value.size();
    const auto [stop, failure] = std::from_chars(value.data(), end, number);
    return failure == std::errc() && stop == end && fits_in_bits(number, bits);
  }

  template <int bits>
  static void write_integer(int64_t number, ByteSink &out) {
    constexpr size_t longest = 20;  // -9223372036854775808
    char *room = out.reserve(longest);
    out.commit(static_cast<size_t>(std::to_chars(room, room + longest, number).ptr - room));
  }

  static bool read_uuid(std::string_view value, Uuid &uuid);
  static void write_uuid(const Uuid &uuid, ByteSink &out);

  // text_numbers.cpp
  static bool read_numeric(std::string_view value, Numeric &number);
  static void write_numeric(const Numeric &number, ByteSink &out);
  template <int bits>
  static bool read_float(std::string_view value, double &number);
  template <int bits>
  static void write_float(double number, ByteSink &out);

  // text_times.cpp. Infinities and units are those of BinaryForm. Timestamps with time zone are read in any zone and
  // written in UTC.
  static bool read_day(std::string_view value, int64_t &day);
  static void write_day(int64_t day, ByteSink &out);
  static bool read_timestamp(std::string_view value, ValueKind kind, int64_t &stamp);
  static void write_timestamp(int64_t stamp, ValueKind kind, ByteSink &out);
  static bool read_time(std::string_view value, int64_t &time);
  static void write_time(int64_t time, ByteSink &out);
  static bool read_timetz(std::string_view value, ZonedTime &zoned);
  static void write_timetz(const ZonedTime &zoned, ByteSink &out);
  static bool read_interval(std::string_view value, Interval &interval);
  static void write_interval(const Interval &interval, ByteSink &out);

  static bool read_ip(std::string_view value, IpAddress &address) { return read_address(value, address); }
  static void write_ip(const IpAddress &address, bool is_cidr, ByteSink &out) { write_address(address, is_cidr, out); }
  static bool read_mac(std::string_view value, MacAddress &mac);
  static void write_mac(const MacAddress &mac, ByteSink &out);

  // text_numbers.cpp
  static bool read_point(std::string_view value, Point &point);
  static void write_point(const Point &point, ByteSink &out);

  static bool read_boolean(std::string_view value, bool &flag) {
    flag = value == "t";
    return flag || value == "f";
  }
  static void write_boolean(bool flag, ByteSink &out) { out.append(flag ? 't' : 'f'); }

  // bytea: \x and two hexadecimal digits for each byte. `call(bytes, out)` appends the masked bytes.
  static bool read_hex(std::string_view value, ByteSink &bytes);
  static void write_hex(std::string_view bytes, ByteSink &out);
  template <typename Call>
  static bool replace_bytes(std::string_view value, ByteSink &out, Call call) {
    ByteSink bytes, masked;
    if (!read_hex(value, bytes)) return false;
    call(bytes.view(), masked);
    write_hex(masked.view(), out);
    return true;
  }
  template <typename Call>
  static bool replace_jsonb(std::string_view value, ByteSink &out, Call call) {
    call(value, out);
    return true;
  }
  template <typename Call>
  static bool replace_pairs(std::string_view value, ByteSink &out, Call call) {
    ByteSink pairs, masked;
    if (!read_printed_pairs(value, pairs)) return false;
    call(pairs.view(), masked);
    print_pairs(masked.view(), out);
    return true;
  }
};

}  // namespace confiture::mask

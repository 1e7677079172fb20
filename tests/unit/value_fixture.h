// Values of every kind in the form that PostgreSQL prints them, and a way from one wire form to the other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mask/binary_codec.h"
#include "mask/form/binary_form.h"
#include "mask/form/text_form.h"
#include "mask/strategy.h"
#include "mask/text_codec.h"

namespace confiture::test {

using namespace mask;

// But rows, which have fields of these.
inline std::vector<ValueKind> all_kinds() {
  std::vector<ValueKind> kinds;
  for (size_t i = 0; i < kind_count; ++i)
    if (static_cast<ValueKind>(i) != ValueKind::record) kinds.push_back(static_cast<ValueKind>(i));
  return kinds;
}

// As a session prints them that has the settings of source/session.cpp and time zone UTC.
inline std::vector<std::string> printed_values(ValueKind kind) {
  switch (kind) {
    case ValueKind::int2:
      return {"0", "1", "-1", "42", "32767", "-32768"};
    case ValueKind::int4:
      return {"0", "1", "-1", "42", "2147483647", "-2147483648"};
    case ValueKind::int8:
      return {"0", "1", "-1", "42", "9223372036854775807", "-9223372036854775808"};
    case ValueKind::uuid:
      return {"00000000-0000-0000-0000-000000000000", "5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11"};
    case ValueKind::numeric:
      return {"0",         "0.00",      "1",       "-1",          "10000",    "9999",
              "100000000", "12345.678", "-0.0001", "0.00001",     "0.1",      "99999999999999999999.99",
              "NaN",       "Infinity",  "0.5",     "-10000.0001", "-Infinity"};
    case ValueKind::float4:
      return {"0", "-0", "1.5", "-3.4028235e+38", "1e-45", "NaN", "Infinity", "-Infinity", "0.1"};
    case ValueKind::float8:
      return {"0", "-0", "1.5", "1.7976931348623157e+308", "5e-324", "NaN", "Infinity", "-Infinity", "0.1", "-1e+20"};
    case ValueKind::date:
      return {"2000-01-01",    "1970-01-01",    "2024-02-29",  "1899-12-31",    "0001-01-01", "0001-12-31 BC",
              "4714-11-24 BC", "0044-03-15 BC", "10000-01-01", "5874897-12-31", "infinity",   "-infinity"};
    case ValueKind::timestamp:
      return {"2000-01-01 00:00:00",
              "2024-03-01 12:34:56.789012",
              "1999-12-31 23:59:59.9",
              "0044-03-15 12:00:00 BC",
              "294276-12-31 23:59:59.999999",
              "4714-11-24 00:00:00 BC",
              "infinity",
              "-infinity"};
    case ValueKind::timestamptz:
      return {"2000-01-01 00:00:00+00",
              "2024-03-01 12:34:56.789012+00",
              "1999-12-31 23:59:59.9+00",
              "0044-03-15 12:00:00+00 BC",
              "294276-12-31 23:59:59.999999+00",
              "infinity",
              "-infinity"};
    case ValueKind::time:
      return {"00:00:00", "12:34:56.789012", "23:59:59.999999", "24:00:00", "01:02:03.5"};
    case ValueKind::timetz:
      return {"00:00:00+00", "12:34:56.789012-07", "23:59:59+05:30", "24:00:00-00:00:01", "01:02:03.5+15:59:59"};
    case ValueKind::interval:
      return {"00:00:00",
              "1 day",
              "-1 days",
              "1 year 2 mons 3 days 04:05:06.7",
              "-1 years -2 mons +3 days -04:05:06.7",
              "1 mon -1 days",
              "-1 mons +00:00:01",
              "178956970 years 7 mons",
              "2562047788:00:54.775807",
              "-2562047788:00:54.775808",
              "infinity",
              "-infinity"};
    case ValueKind::inet:
      return {"192.0.2.7", "10.1.2.3/8",       "0.0.0.0",         "255.255.255.255",  "2001:db8::1",         "::1",
              "::",        "fe80::1:0:0:1/64", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "2001:db8:0:1:1:1:1:1"};
    case ValueKind::cidr:
      return {"192.0.2.0/24", "10.0.0.0/8", "0.0.0.0/0", "192.0.2.7/32", "2001:db8::/32", "::/0", "2001:db8::1/128"};
    case ValueKind::macaddr:
      return {"08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"};
    case ValueKind::macaddr8:
      return {"08:00:2b:01:02:03:04:05", "ff:ff:ff:ff:ff:ff:ff:ff"};
    case ValueKind::bytea:
      return {"\\x", "\\x00", "\\xdeadbeef", "\\x5c0a0922"};
    case ValueKind::boolean:
      return {"t", "f"};
    case ValueKind::json:
    case ValueKind::jsonb:
      return {"{}", "null", "{\"name\": \"Ada\", \"tags\": [\"a\\n\", 1.50]}", "\"\\\"\""};
    case ValueKind::hstore:
      return {"", "\"\"=>\"\"", "\"name\"=>\"Ada\", \"q\\\"k\\\\\"=>NULL", "\"a\"=>\"NULL\", \"b\"=>\"=>,\\\"\""};
    case ValueKind::point:
      return {"(0,0)",          "(2.3522219,48.856614)", "(-0,-90)", "(180,90)", "(1e+300,-1e-300)",
              "(Infinity,NaN)", "(-Infinity,7.5)"};
    case ValueKind::text:
    case ValueKind::enumeration:
    case ValueKind::record:
    case ValueKind::other:
      break;
  }
  return {"", "a", "Ada Lovelace", "NULL", "tab\tquote\"back\\slash{,}", "J\xc3\xbcrgen"};
}

// Keeps the value it last saw, or writes that of another one.
class Copier : public Strategy {
 public:
  void mask_text(std::string_view value, ByteSink &out) const override {
    if (from_ == nullptr) text = value;
    out.append(from_ == nullptr ? std::string_view(text) : std::string_view(from_->text));
  }
  int64_t mask_integer(int64_t value, int) const override { return copy(value, &Copier::integer); }
  void mask_uuid(Uuid &value) const override { value = copy(value, &Copier::uuid); }
  void mask_numeric(Numeric &value) const override { value = copy(value, &Copier::numeric); }
  void mask_moment(Moment &value) const override { value = copy(value, &Copier::moment); }
  void mask_interval(Interval &value) const override { value = copy(value, &Copier::interval); }
  void mask_address(IpAddress &value) const override { value = copy(value, &Copier::address); }
  void mask_mac(MacAddress &value) const override { value = copy(value, &Copier::mac); }
  void mask_point(Point &value) const override { value = copy(value, &Copier::point); }
  double mask_float(double value, int) const override { return copy(value, &Copier::real); }
  int64_t mask_time(int64_t value) const override { return copy(value, &Copier::integer); }
  bool mask_boolean(bool value) const override { return copy(value, &Copier::flag); }

  Copier() {}
  explicit Copier(const Copier *from) : from_(from) {}

  mutable std::string text;
  mutable int64_t integer = 0;
  mutable Uuid uuid{};
  mutable Numeric numeric;
  mutable Moment moment;
  mutable Interval interval;
  mutable IpAddress address;
  mutable MacAddress mac;
  mutable Point point;
  mutable double real = 0;
  mutable bool flag = false;

 private:
  template <typename T>
  T copy(const T &value, T Copier::*member) const {
    if (from_ == nullptr) const_cast<Copier *>(this)->*member = value;
    return from_ == nullptr ? value : from_->*member;
  }

  const Copier *from_ = nullptr;
};

// Some value of the kind in binary.
inline std::string any_binary(ValueKind kind) {
  if (kind == ValueKind::numeric) return std::string(8, '\0');
  if (kind == ValueKind::inet || kind == ValueKind::cidr) return std::string("\x02\x20\0\x04\0\0\0\0", 8);
  if (kind == ValueKind::jsonb) return "\x01null";
  if (kind == ValueKind::hstore) return std::string(4, '\0');
  return std::string(traits_of(kind).binary_size, '\0');
}

// NaN and infinity in binary: strategies do not see them.
inline std::string special_binary(ValueKind kind, std::string_view text) {
  const bool is_nan = text == "NaN", is_negative = text[0] == '-';
  if (kind == ValueKind::numeric)
    return std::string(4, '\0') + (is_nan ? '\xc0' : is_negative ? '\xf0' : '\xd0') + std::string(3, '\0');
  if (kind == ValueKind::float4)
    return is_nan ? std::string("\x7f\xc0\0\0", 4) : (is_negative ? "\xff" : "\x7f") + std::string("\x80\0\0", 3);
  if (kind == ValueKind::float8)
    return is_nan ? std::string("\x7f\xf8\0\0\0\0\0\0", 8)
                  : (is_negative ? "\xff" : "\x7f") + std::string("\xf0\0\0\0\0\0\0", 7);
  const auto end = [is_negative](size_t size) {
    return is_negative ? "\x80" + std::string(size - 1, '\0') : "\x7f" + std::string(size - 1, '\xff');
  };
  if (kind == ValueKind::interval) return end(8) + end(4) + end(4);
  return end(traits_of(kind).binary_size);
}

inline bool is_special(ValueKind kind, std::string_view text) {
  constexpr KindSet with_specials =
      kinds_of(ValueKind::numeric, ValueKind::float4, ValueKind::float8, ValueKind::interval) | day_kinds;
  return (with_specials & kind_bit(kind)) != 0 && (text == "NaN" || text.ends_with("nfinity"));
}

// Values that have nothing to hide, and no other to become.
inline bool is_empty(std::string_view text) { return text.empty() || text == "\\x" || text.ends_with("/0"); }

// Strategies do not see the zone of a time.
template <typename From, typename To>
std::string other_form_of_timetz(std::string_view value) {
  ZonedTime zoned;
  ByteSink written;
  if (!From::read_timetz(value, zoned)) return "no value";
  To::write_timetz(zoned, written);
  return std::string(written.view());
}

// The binary form of a value that is given as it is printed.
inline std::string to_binary(ValueKind kind, std::string_view text) {
  if (is_special(kind, text)) return special_binary(kind, text);
  if (kind == ValueKind::timetz) return other_form_of_timetz<TextForm, BinaryForm>(text);
  const Copier reader, writer(&reader);
  ByteSink read, written;
  if (!text_codec::mask_value(reader, kind, text, read)) return "no value: " + std::string(text);
  if (!binary_codec::mask_value(writer, kind, any_binary(kind), written)) return "no binary form";
  return std::string(written.view());
}

// The other way round.
inline std::string to_text(ValueKind kind, std::string_view binary) {
  if (kind == ValueKind::timetz) return other_form_of_timetz<BinaryForm, TextForm>(binary);
  const Copier reader, writer(&reader);
  ByteSink read, written;
  if (!binary_codec::mask_value(reader, kind, binary, read)) return "no value";
  for (const std::string &text : printed_values(kind))
    if (is_special(kind, text) && special_binary(kind, text) == binary) return text;
  for (const std::string &text : printed_values(kind))
    if (!is_special(kind, text) && text_codec::mask_value(writer, kind, text, written)) break;
  return std::string(written.view());
}

}  // namespace confiture::test

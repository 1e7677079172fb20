// What tests of strategies share: a fixed masking key and short ways to mask one value.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "mask/error.h"
#include "mask/registry.h"
#include "mask/text_codec.h"

namespace confiture::mask {

// 00 01 02 .. 1f: the key behind every example of the documentation and every golden value.
inline std::string test_key() {
  std::string key;
  for (char c = 0; c < 32; c++) key += c;
  return key;
}

// CREATE TYPE person AS (name text, born date, email varchar(40), color text)
inline const std::vector<FieldFit> &fields_of_person() {
  static const std::vector<FieldFit> fields = {
      {.name = "name", .type_name = "text", .fit = {.kind = ValueKind::text}, .oid = 25},
      {.name = "born", .type_name = "date", .fit = {.kind = ValueKind::date}, .oid = 1082},
      {.name = "email",
       .type_name = "character varying",
       .fit = {.kind = ValueKind::text, .max_chars = 40},
       .oid = 1043},
      {.name = "color", .type_name = "text", .fit = {.kind = ValueKind::text}, .oid = 25}};
  return fields;
}

inline std::unique_ptr<Strategy> make_for(std::string_view name, std::string_view options = "{}", ColumnFit fit = {},
                                          const std::string &key = test_key()) {
  if (fit.kind == ValueKind::record && fit.fields == nullptr) {
    fit.fields = &fields_of_person();
    fit.type_name = "person";
  }
  return make_strategy(name, options, fit, key);
}

inline std::string masked_by(const Strategy &s, std::string_view value) {
  ByteSink out;
  s.mask_text(value, out);
  return std::string(out.view());
}

inline std::string mask(std::string_view name, std::string_view options, std::string_view value, ColumnFit fit = {}) {
  return masked_by(*make_for(name, options, fit), value);
}

// A value and its mask as the kind is printed.
inline std::string masked_as(ValueType type, const Strategy &s, std::string_view value) {
  ByteSink out;
  if (!text_codec::mask_value(s, type, value, out)) return "no value: " + std::string(value);
  return std::string(out.view());
}

inline std::string mask_as(ValueType type, std::string_view name, std::string_view options, std::string_view value) {
  return masked_as(type, *make_for(name, options, {.kind = type.kind}), value);
}

// The options that a strategy cannot do without. A list of values has some of the kind that are among no
// samples.
inline std::string options_for(const StrategyRow &row, ValueKind kind) {
  const char *one = nullptr, *other = nullptr;
  const auto take = [&](const char *first, const char *second) { one = first, other = second; };
  const std::string_view required = row.required_options;
  if (required.find("values") != std::string_view::npos) switch (kind) {
      case ValueKind::date:
        take("1931-07-23", "1947-08-19");
        break;
      case ValueKind::timestamp:
        take("1931-07-23 04:05:06", "1947-08-19 07:08:09");
        break;
      case ValueKind::timestamptz:
        take("1931-07-23 04:05:06+00", "1947-08-19 07:08:09+00");
        break;
      case ValueKind::time:
        take("04:05:06", "07:08:09");
        break;
      case ValueKind::timetz:
        take("04:05:06+07", "07:08:09-03:30");
        break;
      case ValueKind::interval:
        take("3 days 04:05:06", "7 mons");
        break;
      case ValueKind::uuid:
        take("5eed5eed-1a2b-4c3d-8e4f-a1b2c3d4e5f6", "7ead7ead-1a2b-4c3d-8e4f-a1b2c3d4e5f6");
        break;
      case ValueKind::numeric:
      case ValueKind::float4:
      case ValueKind::float8:
        take("-718.25", "3141.59");
        break;
      default:
        break;
    }
  if (one == nullptr) return row.required_options;
  const std::string first = "\"" + std::string(one) + "\"", second = "\"" + std::string(other) + "\"";
  if (required.find('[') != std::string_view::npos) return R"({"values": [)" + first + ", " + second + "]}";
  return R"({"values": {)" + first + ": " + second + R"(}, "otherwise": )" + second + "}";
}

// The first kind that a strategy takes.
inline ValueKind first_kind(const StrategyRow &row) { return static_cast<ValueKind>(__builtin_ctz(row.kinds)); }

inline ColumnFit room(uint32_t max_chars, CharEncoding encoding = CharEncoding::utf8) {
  return {ValueKind::text, max_chars, encoding};
}

// The error that a call throws; code ok when it throws none.
template <class function>
Error error_of(function call) {
  try {
    call();
  } catch (const Error &e) {
    return e;
  }
  return {Code::ok, "no error", ""};
}

inline Error make_error(std::string_view name, std::string_view options = "{}", ColumnFit fit = {}) {
  return error_of([&] { make_for(name, options, fit); });
}

// In a shape, 9 stands for a digit, z for a character of base32, and the rest for itself.
inline bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char expected) {
    if (expected == '9') return c >= '0' && c <= '9';
    if (expected == 'z') return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
    return c == expected;
  });
}

}  // namespace confiture::mask

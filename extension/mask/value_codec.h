// Masks one value in a wire form. Which function of the strategy takes a kind is the same in every form; how values of
// the kind look is up to the form (form/binary_form.h, form/text_form.h).
#pragma once

#include <cmath>
#include <string_view>

#include "mask/byte_sink.h"
#include "mask/error.h"
#include "mask/integer_range.h"
#include "mask/strategy.h"

namespace confiture::mask {

[[noreturn]] inline void fail_out_of_range() {
  fail(Code::internal, "a strategy returned a value outside its column's range");
}

template <typename Form, int bits>
bool mask_integer_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  int64_t number = 0;
  if (!Form::template read_integer<bits>(value, number)) return false;
  Form::template write_integer<bits>(checked_integer(strategy.mask_integer(number, bits), bits), out);
  return true;
}

template <typename Form>
bool mask_uuid_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  Uuid uuid{};
  if (!Form::read_uuid(value, uuid)) return false;
  strategy.mask_uuid(uuid);
  Form::write_uuid(uuid, out);
  return true;
}

template <typename Form>
bool mask_numeric_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  Numeric number;
  if (!Form::read_numeric(value, number)) return false;
  if (number.special == Numeric::Special::none) {
    strategy.mask_numeric(number);
    if (number.weight > Numeric::most_weight || number.scale > Numeric::most_scale) fail_out_of_range();
  }
  Form::write_numeric(number, out);
  return true;
}

template <typename Form, int bits>
bool mask_float_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  double number = 0;
  if (!Form::template read_float<bits>(value, number)) return false;
  if (std::isfinite(number)) {
    number = strategy.mask_float(number, bits);
    if (bits == 32) number = static_cast<float>(number);
    if (!std::isfinite(number)) fail_out_of_range();
  }
  Form::template write_float<bits>(number, out);
  return true;
}

// Infinities are not masked.
template <typename Form>
bool mask_day_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  Moment moment;
  if (!Form::read_day(value, moment.day)) return false;
  if (moment.day != INT32_MAX && moment.day != INT32_MIN) {
    if (moment.day < first_day || moment.day > last_day(ValueKind::date)) return false;
    strategy.mask_moment(moment);
    if (moment.day < first_day || moment.day > last_day(ValueKind::date) || moment.time != 0) fail_out_of_range();
  }
  Form::write_day(moment.day, out);
  return true;
}

template <typename Form>
bool mask_timestamp_in(const Strategy &strategy, ValueKind kind, std::string_view value, ByteSink &out) {
  int64_t stamp = 0;
  if (!Form::read_timestamp(value, kind, stamp)) return false;
  if (stamp != INT64_MAX && stamp != INT64_MIN) {
    Moment moment{stamp / day_length, stamp % day_length};
    if (moment.time < 0) moment = {moment.day - 1, moment.time + day_length};
    if (moment.day < first_day || moment.day > last_day(kind)) return false;
    strategy.mask_moment(moment);
    if (moment.day < first_day || moment.day > last_day(kind) || moment.time < 0 || moment.time >= day_length)
      fail_out_of_range();
    stamp = moment.day * day_length + moment.time;
  }
  Form::write_timestamp(stamp, kind, out);
  return true;
}

inline bool is_time(int64_t time) { return time >= 0 && time <= day_length; }
inline bool is_time(const ZonedTime &zoned) {
  return is_time(zoned.time) && zoned.west > -zone_limit && zoned.west < zone_limit;
}

template <typename Form>
bool mask_time_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  int64_t time = 0;
  if (!Form::read_time(value, time) || !is_time(time)) return false;
  time = strategy.mask_time(time);
  if (!is_time(time)) fail_out_of_range();
  Form::write_time(time, out);
  return true;
}

template <typename Form>
bool mask_timetz_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  ZonedTime zoned;
  if (!Form::read_timetz(value, zoned) || !is_time(zoned)) return false;
  strategy.mask_zoned_time(zoned);
  if (!is_time(zoned)) fail_out_of_range();
  Form::write_timetz(zoned, out);
  return true;
}

template <typename Form>
bool mask_interval_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  Interval interval;
  if (!Form::read_interval(value, interval)) return false;
  if (!interval.is_infinite()) strategy.mask_interval(interval);
  Form::write_interval(interval, out);
  return true;
}

template <typename Form>
bool mask_address_in(const Strategy &strategy, bool is_cidr, std::string_view value, ByteSink &out) {
  IpAddress address;
  if (!Form::read_ip(value, address)) return false;
  strategy.mask_address(address);
  if (is_cidr) address.clear_host();
  Form::write_ip(address, is_cidr, out);
  return true;
}

template <typename Form>
bool mask_mac_in(const Strategy &strategy, uint8_t size, std::string_view value, ByteSink &out) {
  MacAddress mac{size, {}};
  if (!Form::read_mac(value, mac)) return false;
  strategy.mask_mac(mac);
  Form::write_mac(mac, out);
  return true;
}

template <typename Form>
bool mask_point_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  Point point;
  if (!Form::read_point(value, point)) return false;
  strategy.mask_point(point);
  Form::write_point(point, out);
  return true;
}

template <typename Form>
bool mask_boolean_in(const Strategy &strategy, std::string_view value, ByteSink &out) {
  bool flag = false;
  if (!Form::read_boolean(value, flag)) return false;
  Form::write_boolean(strategy.mask_boolean(flag), out);
  return true;
}

// Appends the masked value. Returns false, with nothing appended, when the value is not of the kind.
//
// A Form has for each kind a static read_*, which returns false when the bytes are not such a value, and a static
// write_*.
template <typename Form>
bool mask_value_in(const Strategy &strategy, ValueKind kind, std::string_view value, ByteSink &out) {
  const auto mask_bytes = [&strategy](std::string_view bytes, ByteSink &masked) { strategy.mask_text(bytes, masked); };
  switch (kind) {
    case ValueKind::text:
    case ValueKind::enumeration:
    case ValueKind::json:
      strategy.mask_text(value, out);
      return true;
    case ValueKind::int2:
      return mask_integer_in<Form, 16>(strategy, value, out);
    case ValueKind::int4:
      return mask_integer_in<Form, 32>(strategy, value, out);
    case ValueKind::int8:
      return mask_integer_in<Form, 64>(strategy, value, out);
    case ValueKind::uuid:
      return mask_uuid_in<Form>(strategy, value, out);
    case ValueKind::numeric:
      return mask_numeric_in<Form>(strategy, value, out);
    case ValueKind::float4:
      return mask_float_in<Form, 32>(strategy, value, out);
    case ValueKind::float8:
      return mask_float_in<Form, 64>(strategy, value, out);
    case ValueKind::date:
      return mask_day_in<Form>(strategy, value, out);
    case ValueKind::timestamp:
    case ValueKind::timestamptz:
      return mask_timestamp_in<Form>(strategy, kind, value, out);
    case ValueKind::time:
      return mask_time_in<Form>(strategy, value, out);
    case ValueKind::timetz:
      return mask_timetz_in<Form>(strategy, value, out);
    case ValueKind::interval:
      return mask_interval_in<Form>(strategy, value, out);
    case ValueKind::inet:
    case ValueKind::cidr:
      return mask_address_in<Form>(strategy, kind == ValueKind::cidr, value, out);
    case ValueKind::macaddr:
      return mask_mac_in<Form>(strategy, 6, value, out);
    case ValueKind::macaddr8:
      return mask_mac_in<Form>(strategy, 8, value, out);
    case ValueKind::bytea:
      return Form::replace_bytes(value, out, mask_bytes);
    case ValueKind::boolean:
      return mask_boolean_in<Form>(strategy, value, out);
    case ValueKind::jsonb:
      return Form::replace_jsonb(value, out, mask_bytes);
    case ValueKind::hstore:
      return Form::replace_pairs(value, out, mask_bytes);
    case ValueKind::point:
      return mask_point_in<Form>(strategy, value, out);
    case ValueKind::record:  // the codecs take it apart
    case ValueKind::other:
      break;
  }
  return false;
}

}  // namespace confiture::mask

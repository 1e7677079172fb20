#include "mask/form/binary_form.h"

#include <bit>

namespace confiture::mask {

namespace {

// numeric.c: ndigits, weight, sign and dscale of 16 bits each, then the digits.
constexpr size_t numeric_head = 8;
constexpr uint16_t negative_sign = 0x4000, nan_sign = 0xc000, infinity_sign = 0xd000, negative_infinity_sign = 0xf000;

// network.c: family, bits, is it a cidr, bytes that follow.
constexpr size_t ip_head = 4;
constexpr char v4_family = 2, v6_family = 3;

unsigned load16(const char *bytes) {
  return static_cast<unsigned>(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]));
}
void store16(char *bytes, unsigned number) {
  bytes[0] = static_cast<char>(number >> 8);
  bytes[1] = static_cast<char>(number);
}

bool read_sign(unsigned sign, Numeric &number) {
  number.special = sign == nan_sign                 ? Numeric::Special::nan
                   : sign == infinity_sign          ? Numeric::Special::infinity
                   : sign == negative_infinity_sign ? Numeric::Special::negative_infinity
                                                    : Numeric::Special::none;
  number.is_negative = sign == negative_sign;
  return sign == 0 || number.is_negative || number.special != Numeric::Special::none;
}

uint16_t sign_of(const Numeric &number) {
  switch (number.special) {
    case Numeric::Special::nan:
      return nan_sign;
    case Numeric::Special::infinity:
      return infinity_sign;
    case Numeric::Special::negative_infinity:
      return negative_infinity_sign;
    case Numeric::Special::none:
      break;
  }
  return number.is_negative ? negative_sign : 0;
}

}  // namespace

bool BinaryForm::read_numeric(std::string_view value, Numeric &number) {
  if (value.size() < numeric_head) return false;
  const char *p = value.data();
  const unsigned size = load16(p), scale = load16(p + 6);
  number.weight = static_cast<int16_t>(load16(p + 2));
  if (value.size() != numeric_head + 2 * size || size > unsigned{Numeric::most_digits} ||
      scale > unsigned{Numeric::most_scale} || !read_sign(load16(p + 4), number))
    return false;
  number.scale = static_cast<int>(scale);
  number.size = static_cast<int>(size);
  for (unsigned i = 0; i < size; i++) {
    const unsigned digit = load16(p + numeric_head + 2 * i);
    if (digit > 9999) return false;
    number.digits[i] = static_cast<int16_t>(digit);
  }
  // Digits behind the scale do not count; the server has none.
  number.truncate(number.scale);
  return true;
}

void BinaryForm::write_numeric(const Numeric &number, ByteSink &out) {
  const int size = number.special == Numeric::Special::none ? number.size : 0;
  char *p = out.reserve(numeric_head + 2 * static_cast<size_t>(size));
  store16(p, static_cast<unsigned>(size));
  store16(p + 2, static_cast<unsigned>(size == 0 ? 0 : number.weight));
  store16(p + 4, sign_of(number));
  store16(p + 6, static_cast<unsigned>(number.special == Numeric::Special::none ? number.scale : 0));
  for (int i = 0; i < size; i++) store16(p + numeric_head + 2 * i, static_cast<unsigned>(number.digits[i]));
  out.commit(numeric_head + 2 * static_cast<size_t>(size));
}

template <>
bool BinaryForm::read_float<32>(std::string_view value, double &number) {
  int64_t bits = 0;
  if (!read_integer<32>(value, bits)) return false;
  number = std::bit_cast<float>(static_cast<int32_t>(bits));
  return true;
}
template <>
bool BinaryForm::read_float<64>(std::string_view value, double &number) {
  int64_t bits = 0;
  if (!read_integer<64>(value, bits)) return false;
  number = std::bit_cast<double>(bits);
  return true;
}
template <>
void BinaryForm::write_float<32>(double number, ByteSink &out) {
  write_integer<32>(std::bit_cast<int32_t>(static_cast<float>(number)), out);
}
template <>
void BinaryForm::write_float<64>(double number, ByteSink &out) {
  write_integer<64>(std::bit_cast<int64_t>(number), out);
}

bool BinaryForm::read_point(std::string_view value, Point &point) {
  constexpr size_t half = 8;
  return value.size() == 2 * half && read_float<64>(value.substr(0, half), point.x) &&
         read_float<64>(value.substr(half), point.y);
}

void BinaryForm::write_point(const Point &point, ByteSink &out) {
  write_float<64>(point.x, out);
  write_float<64>(point.y, out);
}

bool BinaryForm::read_timetz(std::string_view value, ZonedTime &zoned) {
  int64_t west = 0;
  if (value.size() != 12 || !read_integer<64>(value.substr(0, 8), zoned.time) ||
      !read_integer<32>(value.substr(8), west))
    return false;
  zoned.west = static_cast<int32_t>(west);
  return true;
}

void BinaryForm::write_timetz(const ZonedTime &zoned, ByteSink &out) {
  write_integer<64>(zoned.time, out);
  write_integer<32>(zoned.west, out);
}

bool BinaryForm::read_interval(std::string_view value, Interval &interval) {
  int64_t days = 0, months = 0;
  if (value.size() != 16 || !read_integer<64>(value.substr(0, 8), interval.microseconds) ||
      !read_integer<32>(value.substr(8, 4), days) || !read_integer<32>(value.substr(12), months))
    return false;
  interval.days = static_cast<int32_t>(days);
  interval.months = static_cast<int32_t>(months);
  return true;
}

void BinaryForm::write_interval(const Interval &interval, ByteSink &out) {
  write_integer<64>(interval.microseconds, out);
  write_integer<32>(interval.days, out);
  write_integer<32>(interval.months, out);
}

bool BinaryForm::read_ip(std::string_view value, IpAddress &address) {
  if (value.size() < ip_head || (value[0] != v4_family && value[0] != v6_family)) return false;
  address = {};
  address.is_v6 = value[0] == v6_family;
  address.bits = static_cast<uint8_t>(value[1]);
  const auto size = static_cast<unsigned char>(value[3]);
  if (address.bits > address.longest() || size != address.size() || value.size() != ip_head + size) return false;
  std::memcpy(address.bytes.data(), value.data() + ip_head, size);
  return true;
}

void BinaryForm::write_ip(const IpAddress &address, bool is_cidr, ByteSink &out) {
  char *p = out.reserve(ip_head + address.bytes.size());
  p[0] = address.is_v6 ? v6_family : v4_family;
  p[1] = static_cast<char>(address.bits);
  p[2] = static_cast<char>(is_cidr);
  p[3] = static_cast<char>(address.size());
  std::memcpy(p + ip_head, address.bytes.data(), address.bytes.size());
  out.commit(ip_head + address.size());
}

bool BinaryForm::read_mac(std::string_view value, MacAddress &mac) {
  if (value.size() != mac.size) return false;
  std::memcpy(mac.bytes.data(), value.data(), mac.size);
  return true;
}

void BinaryForm::write_mac(const MacAddress &mac, ByteSink &out) {
  out.append(std::string_view(reinterpret_cast<const char *>(mac.bytes.data()), mac.size));
}

}  // namespace confiture::mask

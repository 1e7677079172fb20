#include <cmath>
#include <limits>

#include "mask/form/text_form.h"

namespace confiture::mask {

namespace {

constexpr std::string_view nan = "NaN", infinity = "Infinity", negative_infinity = "-Infinity";

template <typename Float>
bool read_as(std::string_view value, double &number) {
  if (value == nan || value == infinity || value == negative_infinity) {
    number = value == nan ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    if (value == negative_infinity) number = -number;
    return true;
  }
  // from_chars() knows names of infinity too.
  const size_t first = value.starts_with('-') ? 1 : 0;
  if (first == value.size() || value[first] < '0' || value[first] > '9') return false;
  Float read = 0;
  const char *end = value.data() + value.size();
  const auto [stop, failure] = std::from_chars(value.data(), end, read);
  number = read;
  return failure == std::errc() && stop == end;
}

// As few digits as tell it from its neighbours.
template <typename Float>
void write_as(Float number, ByteSink &out) {
  if (std::isnan(number)) return out.append(nan);
  if (std::isinf(number)) return out.append(number > 0 ? infinity : negative_infinity);
  constexpr size_t longest = 32;
  char *room = out.reserve(longest);
  out.commit(static_cast<size_t>(std::to_chars(room, room + longest, number).ptr - room));
}

}  // namespace

bool TextForm::read_numeric(std::string_view value, Numeric &number) {
  if (value == nan || value == infinity || value == negative_infinity) {
    number.special = value == nan        ? Numeric::Special::nan
                     : value == infinity ? Numeric::Special::infinity
                                         : Numeric::Special::negative_infinity;
    return true;
  }
  return read_decimal(value, number);
}

void TextForm::write_numeric(const Numeric &number, ByteSink &out) {
  switch (number.special) {
    case Numeric::Special::none:
      return write_decimal(number, out);
    case Numeric::Special::nan:
      return out.append(nan);
    case Numeric::Special::infinity:
      return out.append(infinity);
    case Numeric::Special::negative_infinity:
      return out.append(negative_infinity);
  }
}

template <>
bool TextForm::read_float<32>(std::string_view value, double &number) {
  return read_as<float>(value, number);
}
template <>
bool TextForm::read_float<64>(std::string_view value, double &number) {
  return read_as<double>(value, number);
}
template <>
void TextForm::write_float<32>(double number, ByteSink &out) {
  write_as(static_cast<float>(number), out);
}
template <>
void TextForm::write_float<64>(double number, ByteSink &out) {
  write_as(number, out);
}

// (48.85,2.35)
bool TextForm::read_point(std::string_view value, Point &point) {
  const size_t comma = value.find(',');
  if (comma == std::string_view::npos || !value.starts_with('(') || !value.ends_with(')')) return false;
  return read_float<64>(value.substr(1, comma - 1), point.x) &&
         read_float<64>(value.substr(comma + 1, value.size() - comma - 2), point.y);
}

void TextForm::write_point(const Point &point, ByteSink &out) {
  out.append('(');
  write_float<64>(point.x, out);
  out.append(',');
  write_float<64>(point.y, out);
  out.append(')');
}

}  // namespace confiture::mask

#include <cstring>

#include "mask/form/text_form.h"

namespace confiture::mask {

namespace {

constexpr std::string_view infinity = "infinity", negative_infinity = "-infinity", before_christ = " BC";
constexpr int64_t highest_year = 5874897;
constexpr size_t longest_moment = 64;

// Takes a number of `least` to `most` digits from the front, all that there are.
bool take_digits(std::string_view &text, size_t least, size_t most, int64_t &number) {
  size_t count = 0;
  number = 0;
  for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; count++) {
    if (count == most) return false;
    number = number * 10 + (text[count] - '0');
  }
  text.remove_prefix(count);
  return count >= least;
}

bool take(std::string_view &text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_end(std::string_view &text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

// YYYY-MM-DD; the year has more digits where it must.
bool take_date(std::string_view &text, bool is_bc, int64_t &day) {
  int64_t year = 0, month = 0, day_of_month = 0;
  if (!take_digits(text, 4, 7, year) || !take(text, '-') || !take_digits(text, 2, 2, month) || !take(text, '-') ||
      !take_digits(text, 2, 2, day_of_month))
    return false;
  if (year < 1 || year > highest_year || month < 1 || month > 12) return false;
  if (is_bc) year = 1 - year;
  if (day_of_month < 1 || day_of_month > days_in_month(year, static_cast<int>(month))) return false;
  day = day_of({year, static_cast<int>(month), static_cast<int>(day_of_month)});
  return true;
}

// :MM:SS and up to six decimals, in microseconds.
bool take_minutes(std::string_view &text, int64_t &time) {
  int64_t minutes = 0, seconds = 0, fraction = 0;
  if (!take(text, ':') || !take_digits(text, 2, 2, minutes) || !take(text, ':') || !take_digits(text, 2, 2, seconds) ||
      minutes > 59 || seconds > 59)
    return false;
  if (take(text, '.')) {
    const size_t before = text.size();
    if (!take_digits(text, 1, 6, fraction)) return false;
    for (size_t digits = before - text.size(); digits < 6; digits++) fraction *= 10;
  }
  time = minutes * minute_length + seconds * second_length + fraction;
  return true;
}

bool take_time(std::string_view &text, int64_t &time) {
  int64_t hours = 0;
  if (!take_digits(text, 2, 2, hours) || hours > 24 || !take_minutes(text, time)) return false;
  time += hours * hour_length;
  return time <= day_length;
}

// +HH, +HH:MM or +HH:MM:SS, east of Greenwich.
bool take_zone(std::string_view &text, int64_t &offset) {
  const bool is_west = text.starts_with('-');
  int64_t hours = 0, minutes = 0, seconds = 0;
  if (!(take(text, '+') || take(text, '-')) || !take_digits(text, 2, 2, hours) || hours > 15) return false;
  if (take(text, ':') && (!take_digits(text, 2, 2, minutes) || minutes > 59)) return false;
  if (take(text, ':') && (!take_digits(text, 2, 2, seconds) || seconds > 59)) return false;
  offset = hours * hour_length + minutes * minute_length + seconds * second_length;
  if (is_west) offset = -offset;
  return true;
}

char *write_digits(char *p, uint64_t number, int least) {
  char digits[20];
  int count = 0;
  for (; number > 0 || count < least; number /= 10) digits[count++] = static_cast<char>('0' + number % 10);
  while (count > 0) *p++ = digits[--count];
  return p;
}

char *write_date(char *p, const CivilDate &date) {
  p = write_digits(p, static_cast<uint64_t>(date.year > 0 ? date.year : 1 - date.year), 4);
  *p++ = '-';
  p = write_digits(p, static_cast<uint64_t>(date.month), 2);
  *p++ = '-';
  return write_digits(p, static_cast<uint64_t>(date.day), 2);
}

char *write_clock(char *p, uint64_t time) {
  p = write_digits(p, time / hour_length, 2);
  *p++ = ':';
  p = write_digits(p, time % hour_length / minute_length, 2);
  *p++ = ':';
  p = write_digits(p, time % minute_length / second_length, 2);
  uint64_t fraction = time % second_length;
  if (fraction == 0) return p;
  *p++ = '.';
  int digits = 6;
  for (; fraction % 10 == 0; fraction /= 10) digits--;
  return write_digits(p, fraction, digits);
}

char *write_text(char *p, std::string_view text) {
  std::memcpy(p, text.data(), text.size());
  return p + text.size();
}

// Takes "<number> <unit>" or "<number> <unit>s" and the blank behind it, when it is next; else leaves `number` at 0.
bool take_part(std::string_view &text, std::string_view unit, int64_t &number) {
  std::string_view rest = text;
  const bool is_negative = rest.starts_with('-');
  if (!take(rest, '-')) take(rest, '+');
  if (!take_digits(rest, 1, 10, number) || !take(rest, ' ') || !rest.starts_with(unit)) {
    number = 0;
    return true;
  }
  rest.remove_prefix(unit.size());
  take(rest, 's');
  if (!rest.empty() && (!take(rest, ' ') || rest.empty())) return false;
  text = rest;
  if (is_negative) number = -number;
  return true;
}

bool take_interval_time(std::string_view &text, int64_t &microseconds) {
  if (text.empty()) return true;
  const bool is_negative = text.starts_with('-');
  if (!take(text, '-')) take(text, '+');
  int64_t hours = 0, rest = 0;
  if (!take_digits(text, 2, 10, hours) || !take_minutes(text, rest)) return false;
  const int64_t sign = is_negative ? -1 : 1;
  return !__builtin_mul_overflow(sign * hours, hour_length, &microseconds) &&
         !__builtin_add_overflow(microseconds, sign * rest, &microseconds);
}

}  // namespace

bool TextForm::read_day(std::string_view value, int64_t &day) {
  if (value == infinity || value == negative_infinity) {
    day = value == infinity ? INT32_MAX : INT32_MIN;
    return true;
  }
  const bool is_bc = take_end(value, before_christ);
  return take_date(value, is_bc, day) && value.empty();
}

void TextForm::write_day(int64_t day, ByteSink &out) {
  if (day == INT32_MAX || day == INT32_MIN) return out.append(day > 0 ? infinity : negative_infinity);
  const CivilDate date = civil_date(day);
  char *const start = out.reserve(longest_moment);
  char *p = write_date(start, date);
  if (date.year <= 0) p = write_text(p, before_christ);
  out.commit(static_cast<size_t>(p - start));
}

bool TextForm::read_timestamp(std::string_view value, ValueKind kind, int64_t &stamp) {
  if (value == infinity || value == negative_infinity) {
    stamp = value == infinity ? INT64_MAX : INT64_MIN;
    return true;
  }
  const bool is_bc = take_end(value, before_christ);
  int64_t day = 0, time = 0, offset = 0;
  if (!take_date(value, is_bc, day) || !take(value, ' ') || !take_time(value, time) || time == day_length) return false;
  if (kind == ValueKind::timestamptz && !take_zone(value, offset)) return false;
  return value.empty() && !__builtin_mul_overflow(day, day_length, &stamp) &&
         !__builtin_add_overflow(stamp, time - offset, &stamp);
}

void TextForm::write_timestamp(int64_t stamp, ValueKind kind, ByteSink &out) {
  if (stamp == INT64_MAX || stamp == INT64_MIN) return out.append(stamp > 0 ? infinity : negative_infinity);
  int64_t time = stamp % day_length;
  if (time < 0) time += day_length;
  const CivilDate date = civil_date((stamp - time) / day_length);
  char *const start = out.reserve(longest_moment);
  char *p = write_date(start, date);
  *p++ = ' ';
  p = write_clock(p, static_cast<uint64_t>(time));
  if (kind == ValueKind::timestamptz) p = write_text(p, "+00");
  if (date.year <= 0) p = write_text(p, before_christ);
  out.commit(static_cast<size_t>(p - start));
}

bool TextForm::read_time(std::string_view value, int64_t &time) { return take_time(value, time) && value.empty(); }

void TextForm::write_time(int64_t time, ByteSink &out) {
  char *const start = out.reserve(longest_moment);
  out.commit(static_cast<size_t>(write_clock(start, static_cast<uint64_t>(time)) - start));
}

bool TextForm::read_timetz(std::string_view value, ZonedTime &zoned) {
  int64_t east = 0;
  if (!take_time(value, zoned.time) || !take_zone(value, east)) return false;
  zoned.west = static_cast<int32_t>(-east / second_length);
  return value.empty();
}

void TextForm::write_timetz(const ZonedTime &zoned, ByteSink &out) {
  constexpr uint64_t minute = 60, hour = 3600;
  const auto seconds = static_cast<uint64_t>(zoned.west < 0 ? -zoned.west : zoned.west);
  char *const start = out.reserve(longest_moment);
  char *p = write_clock(start, static_cast<uint64_t>(zoned.time));
  *p++ = zoned.west > 0 ? '-' : '+';
  p = write_digits(p, seconds / hour, 2);
  for (const uint64_t unit : {minute, uint64_t{1}}) {
    if (seconds % (unit * minute) == 0) break;  // nothing is left of it
    *p++ = ':';
    p = write_digits(p, seconds / unit % minute, 2);
  }
  out.commit(static_cast<size_t>(p - start));
}

// EncodeInterval() in style postgres: "1 year -2 mons +3 days -04:05:06.7".
bool TextForm::read_interval(std::string_view value, Interval &interval) {
  if (value == infinity || value == negative_infinity) {
    interval =
        value == infinity ? Interval{INT32_MAX, INT32_MAX, INT64_MAX} : Interval{INT32_MIN, INT32_MIN, INT64_MIN};
    return true;
  }
  int64_t years = 0, months = 0, days = 0;
  interval.microseconds = 0;
  if (value.empty() || !take_part(value, "year", years) || !take_part(value, "mon", months) ||
      !take_part(value, "day", days) || !take_interval_time(value, interval.microseconds) || !value.empty())
    return false;
  months += 12 * years;
  interval.months = static_cast<int32_t>(months);
  interval.days = static_cast<int32_t>(days);
  return interval.months == months && interval.days == days;
}

void TextForm::write_interval(const Interval &interval, ByteSink &out) {
  if (interval.is_infinite()) return out.append(interval.is_negative_infinity() ? negative_infinity : infinity);
  char *const start = out.reserve(longest_moment + 64);
  char *p = start;
  bool is_after_negative = false;  // then a sign is written where it is positive
  const auto write_part = [&](int64_t number, std::string_view unit) {
    if (number == 0) return;
    if (p != start) *p++ = ' ';
    if (number < 0) *p++ = '-';
    if (number > 0 && is_after_negative) *p++ = '+';
    p = write_digits(p, static_cast<uint64_t>(number < 0 ? -number : number), 1);
    *p++ = ' ';
    p = write_text(p, unit);
    if (number != 1) *p++ = 's';
    is_after_negative = number < 0;
  };
  write_part(interval.months / 12, "year");
  write_part(interval.months % 12, "mon");
  write_part(interval.days, "day");
  if (p == start || interval.microseconds != 0) {
    if (p != start) *p++ = ' ';
    if (interval.microseconds < 0) *p++ = '-';
    if (interval.microseconds >= 0 && is_after_negative) *p++ = '+';
    const auto magnitude = static_cast<uint64_t>(interval.microseconds);
    p = write_clock(p, interval.microseconds < 0 ? 0 - magnitude : magnitude);
  }
  out.commit(static_cast<size_t>(p - start));
}

}  // namespace confiture::mask

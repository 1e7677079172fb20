#include "load/field_text.h"

#include "pg/bytes.h"

namespace confiture {

// ---- numbers

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Up to 18 digits, which fit an int64.
static bool read_integer(const char *text, int32 size, int64 *number) {
  constexpr int32 most_digits = 18;
  bool is_negative = size > 0 && text[0] == '-';
  int32 at = is_negative;
  if (size - at < 1 || size - at > most_digits) return false;
  int64 sum = 0;
  for (; at < size; at++) {
    if (!is_digit(text[at])) return false;
    sum = sum * 10 + (text[at] - '0');
  }
  *number = is_negative ? -sum : sum;
  return true;
}

template <class Number>
static int32 write_integer(const char *text, int32 size, char *wire) {
  int64 number;
  if (!read_integer(text, size, &number) || number != static_cast<Number>(number)) return -1;
  return write_number(wire, static_cast<Number>(number));
}

// Digits to base 10,000 behind their number, weight, sign and scale, as numeric_send() writes them.
static int32 write_numeric(const char *text, int32 size, char *wire) {
  constexpr int32 longest = 48, group = 4;
  constexpr int16 negative = 0x4000;
  if (size < 1 || size > longest) return -1;
  bool is_negative = text[0] == '-';
  const char *first = text + is_negative, *end = text + size;
  const char *point = static_cast<const char *>(memchr(first, '.', end - first));
  if (point == nullptr) point = end;
  if (point == first || point == end - 1) return -1;
  int16 digits[longest / group + 2], sum = 0;
  int n_digits = 0, filled = static_cast<int>((group - (point - first) % group) % group);
  auto add = [&](int digit) {
    sum = static_cast<int16>(sum * 10 + digit);
    if (++filled < group) return;
    digits[n_digits++] = sum;
    sum = 0;
    filled = 0;
  };
  for (const char *at = first; at != end; at++) {
    if (at == point) continue;
    if (!is_digit(*at)) return -1;
    add(*at - '0');
  }
  while (filled > 0) add(0);
  int weight = static_cast<int>((point - first + group - 1) / group) - 1, leading = 0;
  for (; leading < n_digits && digits[leading] == 0; leading++) weight--;
  while (n_digits > leading && digits[n_digits - 1] == 0) n_digits--;
  char *to = wire;
  to += write_number(to, static_cast<int16>(n_digits - leading));
  to += write_number(to, static_cast<int16>(weight));
  to += write_number(to, is_negative ? negative : int16{0});
  to += write_number(to, static_cast<int16>(point == end ? 0 : end - point - 1));
  for (int i = leading; i < n_digits; i++) to += write_number(to, digits[i]);
  return static_cast<int32>(to - wire);
}

// ---- dates and times

static bool read_two(const char *text, int *number) {
  *number = (text[0] - '0') * 10 + (text[1] - '0');
  return is_digit(text[0]) && is_digit(text[1]);
}

// 2024-02-29
constexpr int32 date_size = 10;

static bool read_date(const char *text, DateADT *date) {
  int century, year, month, day;
  if (!read_two(text, &century) || !read_two(text + 2, &year) || text[4] != '-' || !read_two(text + 5, &month) ||
      text[7] != '-' || !read_two(text + 8, &day))
    return false;
  year += century * 100;
  if (year < 1 || month < 1 || month > MONTHS_PER_YEAR || day < 1 || day > day_tab[isleap(year)][month - 1])
    return false;
  *date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
  return true;
}

// 23:59:59 or 23:59:59.999999. Moves *text behind it.
static bool read_time(const char **text, const char *end, TimeADT *time) {
  constexpr int32 least = 8;
  const char *at = *text;
  int hour, minute, second;
  if (end - at < least || !read_two(at, &hour) || at[2] != ':' || !read_two(at + 3, &minute) || at[5] != ':' ||
      !read_two(at + 6, &second) || hour >= HOURS_PER_DAY || minute >= MINS_PER_HOUR || second >= SECS_PER_MINUTE)
    return false;
  at += least;
  int64 fraction = 0, unit = USECS_PER_SEC;
  if (at != end && *at == '.')
    for (at++; at != end && is_digit(*at) && unit > 1; at++) fraction += (*at - '0') * (unit /= 10);
  *time = ((hour * MINS_PER_HOUR + minute) * SECS_PER_MINUTE + second) * USECS_PER_SEC + fraction;
  *text = at;
  return true;
}

// +00, -09:30: how far the clock is before that of UTC, in seconds. The whole rest must be one.
static bool read_zone(const char *text, const char *end, int64 *offset) {
  constexpr int32 hours_size = 3, minutes_size = 6;
  int hours, minutes = 0;
  if (end - text < hours_size || (text[0] != '+' && text[0] != '-') || !read_two(text + 1, &hours)) return false;
  if (end - text == minutes_size) {
    if (text[3] != ':' || !read_two(text + 4, &minutes)) return false;
  } else if (end - text != hours_size) {
    return false;
  }
  if (hours > MAX_TZDISP_HOUR || minutes >= MINS_PER_HOUR) return false;
  *offset = (hours * MINS_PER_HOUR + minutes) * SECS_PER_MINUTE * (text[0] == '-' ? -1 : 1);
  return true;
}

static int32 write_date(const char *text, int32 size, char *wire) {
  DateADT date;
  return size == date_size && read_date(text, &date) ? write_number(wire, date) : -1;
}

static int32 write_time(const char *text, int32 size, char *wire) {
  const char *at = text;
  TimeADT time;
  return read_time(&at, text + size, &time) && at == text + size ? write_number(wire, time) : -1;
}

static int32 write_timestamp(const char *text, int32 size, bool has_zone, char *wire) {
  const char *at = text + date_size + 1, *end = text + size;
  DateADT date;
  TimeADT time;
  int64 offset = 0;
  if (size <= date_size || text[date_size] != ' ' || !read_date(text, &date) || !read_time(&at, end, &time)) return -1;
  if (has_zone ? !read_zone(at, end, &offset) : at != end) return -1;
  return write_number(wire, static_cast<int64>(date * USECS_PER_DAY + time - offset * USECS_PER_SEC));
}

// ---- others

static int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int32 write_uuid(const char *text, int32 size, char *wire) {
  constexpr int32 text_size = 36;
  if (size != text_size || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return -1;
  const char *at = text;
  for (int i = 0; i < UUID_LEN; i++, at += 2) {
    if (i == 4 || i == 6 || i == 8 || i == 10) at++;
    int high = hex_value(at[0]), low = hex_value(at[1]);
    if (high < 0 || low < 0) return -1;
    wire[i] = static_cast<char>(high << 4 | low);
  }
  return UUID_LEN;
}

static int32 write_boolean(const char *text, int32 size, char *wire) {
  if (size != 1 || (*text != 't' && *text != 'f')) return -1;
  *wire = *text == 't';
  return 1;
}

int32 write_wire_form(FieldForm form, const char *text, int32 size, char *wire) {
  switch (form) {
    case FieldForm::boolean:
      return write_boolean(text, size, wire);
    case FieldForm::swap2:
      return write_integer<int16>(text, size, wire);
    case FieldForm::swap4:
      return write_integer<int32>(text, size, wire);
    case FieldForm::swap8:
      return write_integer<int64>(text, size, wire);
    case FieldForm::date:
      return write_date(text, size, wire);
    case FieldForm::time:
      return write_time(text, size, wire);
    case FieldForm::timestamp:
      return write_timestamp(text, size, false, wire);
    case FieldForm::timestamptz:
      return write_timestamp(text, size, true, wire);
    case FieldForm::uuid:
      return write_uuid(text, size, wire);
    case FieldForm::numeric:
      return write_numeric(text, size, wire);
    default:
      return -1;
  }
}

}  // namespace confiture

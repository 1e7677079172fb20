#include "mask/text_codec.h"

#include <charconv>

#include "mask/byte_scan.h"
#include "mask/value_codec.h"

namespace confiture::mask::text_codec {

namespace {

constexpr size_t uuid_text_size = 36;

// The letter after the backslash for a control character that CopyAttributeOutText abbreviates, else the byte.
char escape_letter(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\v':
      return 'v';
    default:
      return c;
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// Reads what follows a backslash; moves `p` behind it. As in CopyReadAttributesText: one to three octal digits,
// x and one or two hex digits, the abbreviations, and any other byte stands for itself.
char read_escape(const char *&p, const char *end) {
  const char c = *p++;
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case 'x': {
      if (p == end || hex_digit(*p) < 0) return 'x';
      int value = hex_digit(*p++);
      if (p != end && hex_digit(*p) >= 0) value = value * 16 + hex_digit(*p++);
      return static_cast<char>(value);
    }
    default:
      break;
  }
  if (!is_octal(c)) return c;
  int value = c - '0';
  for (int digits = 1; digits < 3 && p != end && is_octal(*p); ++digits) value = value * 8 + (*p++ - '0');
  return static_cast<char>(value & 0xff);
}

bool is_uuid_dash(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

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

  static bool read_uuid(std::string_view value, Uuid &uuid) {
    if (value.size() != uuid_text_size) return false;
    size_t digits = 0;
    for (size_t i = 0; i < uuid_text_size; ++i) {
      if (is_uuid_dash(i)) {
        if (value[i] != '-') return false;
        continue;
      }
      const int digit = hex_digit(value[i]);
      if (digit < 0) return false;
      uuid[digits / 2] = static_cast<uint8_t>(uuid[digits / 2] << 4 | digit);
      ++digits;
    }
    return true;
  }

  static void write_uuid(const Uuid &uuid, ByteSink &out) {
    char *room = out.reserve(uuid_text_size);
    size_t digits = 0;
    for (size_t i = 0; i < uuid_text_size; ++i) {
      if (is_uuid_dash(i)) {
        room[i] = '-';
        continue;
      }
      const uint8_t byte = uuid[digits / 2];
      room[i] = "0123456789abcdef"[digits % 2 == 0 ? byte >> 4 : byte & 15];
      ++digits;
    }
    out.commit(uuid_text_size);
  }
};

}  // namespace

const char *find_structural(const char *start, const char *end) { return scan_bytes<IsStructural>(start, end); }

const char *find_escapable(const char *start, const char *end) { return scan_bytes<IsEscapable>(start, end); }

void unescape(std::string_view field, ByteSink &out) {
  const char *p = field.data();
  const char *end = p + field.size();
  char *const start = out.reserve(field.size());
  char *written = start;
  while (p != end) {
    const auto *backslash = static_cast<const char *>(std::memchr(p, '\\', static_cast<size_t>(end - p)));
    const size_t plain = static_cast<size_t>((backslash == nullptr ? end : backslash) - p);
    std::memcpy(written, p, plain);
    written += plain;
    p += plain;
    if (p == end) break;
    ++p;
    if (p == end) break;  // a lone backslash at the very end is dropped, as the server does
    *written++ = read_escape(p, end);
  }
  out.commit(static_cast<size_t>(written - start));
}

void escape(std::string_view value, ByteSink &out) {
  const char *p = value.data();
  const char *end = p + value.size();
  while (p != end) {
    const char *stop = find_escapable(p, end);
    out.append(std::string_view(p, static_cast<size_t>(stop - p)));
    if (stop == end) break;
    char *room = out.reserve(2);
    room[0] = '\\';
    room[1] = escape_letter(*stop);
    out.commit(2);
    p = stop + 1;
  }
}

bool mask_value(const Strategy &strategy, ValueKind kind, std::string_view value, ByteSink &out) {
  return mask_value_in<TextForm>(strategy, kind, value, out);
}

}  // namespace confiture::mask::text_codec

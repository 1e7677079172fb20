#include "mask/text_codec.h"

#include "mask/byte_scan.h"
#include "mask/form/text_form.h"

namespace confiture::mask::text_codec {

namespace {

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

}  // namespace confiture::mask::text_codec

// Strings and numbers as JSON writes them (RFC 8259).
#include "mask/byte_scan.h"
#include "mask/characters.h"
#include "mask/document/leaf_mask.h"
#include "mask/form/text_form.h"

namespace confiture::mask {

namespace {

struct NeedsEscape {
  static bool one(char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\'; }
#ifdef __SSE2__
  static __m128i sixteen(__m128i v) {
    const __m128i quotes = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(31)), v);
    return _mm_or_si128(quotes, controls);
  }
#endif
};

void write_escaped(char c, ByteSink &out) {
  constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return out.append("\\\"");
    case '\\':
      return out.append("\\\\");
    case '\b':
      return out.append("\\b");
    case '\f':
      return out.append("\\f");
    case '\n':
      return out.append("\\n");
    case '\r':
      return out.append("\\r");
    case '\t':
      return out.append("\\t");
    case '\0':  // jsonb has no such character
      return out.append('?');
    default:
      out.append("\\u00");
      out.append(hex[c >> 4]);
      out.append(hex[c & 15]);
  }
}

// Reads the four digits at `at`, -1: there are none.
int read_unit(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return -1;
  int unit = 0;
  for (size_t i = 0; i < 4; i++) {
    const int digit = hex_digit(text[at + i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

void write_character(unsigned code, CharEncoding encoding, ByteSink &out) {
  const auto tail = [&](unsigned shift) { out.append(static_cast<char>(0x80 | (code >> shift & 0x3f))); };
  if (code == 0 || (code >= 0x80 && encoding != CharEncoding::utf8)) return out.append('?');
  if (code < 0x80) return out.append(static_cast<char>(code));
  if (code < 0x800) {
    out.append(static_cast<char>(0xc0 | code >> 6));
    return tail(0);
  }
  if (code < 0x10000) {
    out.append(static_cast<char>(0xe0 | code >> 12));
  } else {
    out.append(static_cast<char>(0xf0 | code >> 18));
    tail(12);
  }
  tail(6);
  tail(0);
}

// Behind \u. Moves `at` behind what it reads.
void decode_unit(std::string_view inside, size_t &at, CharEncoding encoding, ByteSink &out) {
  const int unit = read_unit(inside, at);
  if (unit < 0) return out.append('?');
  at += 4;
  if (unit < 0xd800 || unit > 0xdfff) return write_character(static_cast<unsigned>(unit), encoding, out);
  const bool has_second = unit < 0xdc00 && inside.substr(at, 2) == "\\u";
  const int second = has_second ? read_unit(inside, at + 2) : -1;
  if (second < 0xdc00 || second > 0xdfff) return out.append('?');
  at += 6;
  write_character(0x10000 + (static_cast<unsigned>(unit - 0xd800) << 10) + static_cast<unsigned>(second - 0xdc00),
                  encoding, out);
}

}  // namespace

void write_json_string(std::string_view text, ByteSink &out) {
  out.append('"');
  const char *p = text.data();
  const char *const end = p + text.size();
  while (p != end) {
    const char *stop = scan_bytes<NeedsEscape>(p, end);
    out.append({p, static_cast<size_t>(stop - p)});
    if (stop != end) write_escaped(*stop++, out);
    p = stop;
  }
  out.append('"');
}

void quote_json_string(size_t start, ByteSink &out, ByteSink &scratch) {
  const std::string_view text = out.view().substr(start);
  if (scan_bytes<NeedsEscape>(text.data(), text.data() + text.size()) == text.data() + text.size()) {
    out.append("\"\"");
    char *room = out.at(start);
    std::memmove(room + 1, room, out.size() - start - 2);
    *room = '"';
    return;
  }
  scratch.clear();
  scratch.append(text);
  out.truncate(start);
  write_json_string(scratch.view(), out);
}

void decode_json_string(std::string_view inside, CharEncoding encoding, ByteSink &out) {
  for (size_t at = 0; at < inside.size();) {
    const size_t plain = std::min(inside.find('\\', at), inside.size());
    out.append(inside.substr(at, plain - at));
    at = plain + 2;
    if (plain + 1 >= inside.size()) return;
    switch (inside[plain + 1]) {
      case 'b':
        out.append('\b');
        break;
      case 'f':
        out.append('\f');
        break;
      case 'n':
        out.append('\n');
        break;
      case 'r':
        out.append('\r');
        break;
      case 't':
        out.append('\t');
        break;
      case 'u':
        decode_unit(inside, at, encoding, out);
        break;
      default:
        out.append(inside[plain + 1]);
    }
  }
}

size_t json_number_size(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t start = at;
    while (at < text.size() && is_digit(text[at])) at++;
    return at > start;
  };
  if (text.starts_with('-')) at++;
  if (at < text.size() && text[at] == '0')
    at++;
  else if (!digits())
    return 0;
  if (at < text.size() && text[at] == '.') {
    at++;
    if (!digits()) return 0;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    at++;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) at++;
    if (!digits()) return 0;
  }
  return at;
}

}  // namespace confiture::mask

#include "mask/characters.h"

#include <algorithm>

#include "mask/bits.h"
#include "mask/byte_sink.h"

namespace confiture::mask {

bool may_pass(std::string_view value) {
  constexpr int most_digits = 4;
  return value.find('@') == value.npos && std::count_if(value.begin(), value.end(), is_digit) <= most_digits;
}

namespace {

constexpr size_t longest_quote = 60;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

size_t utf8_character_size(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  size_t size = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
  if (size > text.size()) return 1;
  for (size_t i = 1; i < size; i++)
    if (!is_continuation(text[i])) return 1;
  return size;
}

size_t count_characters(std::string_view text, CharEncoding encoding) {
  if (encoding != CharEncoding::utf8 || is_ascii(text)) return text.size();
  size_t n = 0;
  for (; !text.empty(); n++) text.remove_prefix(utf8_character_size(text));
  return n;
}

size_t prefix_size(std::string_view text, size_t n, CharEncoding encoding) {
  if (encoding != CharEncoding::utf8) return std::min(n, text.size());
  size_t at = 0;
  for (; n > 0 && at < text.size(); n--) at += utf8_character_size(text.substr(at));
  return at;
}

void write_in_form_of(std::string_view value, std::string_view text, ByteSink &out) {
  char *p = out.reserve(value.size());
  const char *next = text.data();
  for (const char c : value) {
    const char mine = is_alphanumeric(c) ? *next : c;
    next += is_alphanumeric(c);
    *p++ = static_cast<char>(is_letter(mine) && is_lower(c) ? mine | 0x20 : mine);
  }
  out.commit(value.size());
}

std::string_view cut_to(std::string_view text, uint32_t max_chars, CharEncoding encoding) {
  // Bytes are never fewer than characters.
  if (max_chars == 0 || text.size() <= max_chars) return text;
  return text.substr(0, prefix_size(text, max_chars, encoding));
}

bool is_ascii(std::string_view text) {
  constexpr uint64_t high_bits = 0x8080808080808080U;
  size_t at = 0;
  uint64_t seen = 0;
  for (; at + 8 <= text.size(); at += 8) seen |= load_le64(text.data() + at);
  for (; at < text.size(); at++) seen |= static_cast<unsigned char>(text[at]);
  return (seen & high_bits) == 0;
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string in_quotes(std::string_view text) {
  size_t cut = text.size();
  if (cut > longest_quote)
    for (cut = longest_quote; cut > 0 && is_continuation(text[cut]);) cut--;
  std::string result = "\"";
  for (char c : text.substr(0, cut)) result += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  result += cut < text.size() ? "...\"" : "\"";
  return result;
}

}  // namespace confiture::mask

#include "mask/scramble.h"

#include "mask/characters.h"

namespace confiture::mask {

namespace {

constexpr size_t longest_character = 4;

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Bytes at the front of `text`, not ASCII, that become one letter.
size_t one_letter(std::string_view text, CharEncoding encoding) {
  if (is_single_byte(encoding)) return 1;
  if (encoding == CharEncoding::utf8) return utf8_character_size(text);
  size_t size = 1;
  while (size < longest_character && size < text.size() && is_high(text[size])) size++;
  return size;
}

}  // namespace

void scramble(std::string_view value, CharEncoding encoding, Draws &draws, ByteSink &out) {
  char *const start = out.reserve(value.size());
  char *p = start;
  while (!value.empty()) {
    const char c = value.front();
    size_t size = 1;
    if (is_digit(c)) {
      *p++ = static_cast<char>('0' + draws(10));
    } else if (is_letter(c)) {
      *p++ = static_cast<char>((c & 0x20) + 'A' + draws(26));
    } else if (is_high(c)) {
      size = one_letter(value, encoding);
      *p++ = static_cast<char>('a' + draws(26));
    } else {
      *p++ = c;
    }
    value.remove_prefix(size);
  }
  out.commit(static_cast<size_t>(p - start));
}

}  // namespace confiture::mask

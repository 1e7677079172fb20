#include "printable.h"

#include <libpq-fe.h>

#include <array>
#include <cstdio>

namespace client {

namespace {

// The bytes of the UTF-8 character at a position; 0 where the bytes there are not UTF-8.
size_t character_length(const std::string &text, size_t position) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  unsigned first = byte(position);
  size_t length = first < 0x80                    ? 1
                  : first >= 0xc2 && first < 0xe0 ? 2
                  : first >= 0xe0 && first < 0xf0 ? 3
                  : first >= 0xf0 && first < 0xf5 ? 4
                                                  : 0;
  for (size_t i = 1; i < length; i++)
    if ((byte(position + i) & 0xc0) != 0x80) return 0;
  return length;
}

// C1 controls, and the marks that make a terminal write from right to left or reorder text.
bool is_unprintable(const std::string &character) {
  if (character.size() == 2) return character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
  for (const char *mark : {"\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2028", "\u2029",
                           "\u2066", "\u2067", "\u2068", "\u2069"})
    if (character == mark) return true;
  return false;
}

std::string hex(const std::string &bytes) {
  std::string text;
  for (unsigned char byte : bytes) {
    std::array<char, 5> escaped = {};
    std::snprintf(escaped.data(), escaped.size(), "\\x%02x", byte);
    text += escaped.data();
  }
  return text;
}

}  // namespace

std::string printable(const std::string &text, bool keep_lines) {
  std::string safe;
  for (size_t i = 0; i < text.size();) {
    size_t length = character_length(text, i);
    std::string character = text.substr(i, length == 0 ? 1 : length);
    auto byte = static_cast<unsigned char>(character[0]);
    if (character == "\n")
      safe += keep_lines ? "\n" : "\\n";
    else if (character == "\t")
      safe += keep_lines ? "\t" : "\\t";
    else if (length == 0 || byte < 0x20 || byte == 0x7f || is_unprintable(character))
      safe += hex(character);
    else
      safe += character;
    i += character.size();
  }
  return safe;
}

int display_width(const std::string &text) {
  static const int utf8 = pg_char_to_encoding("UTF8");
  int width = 0;
  for (size_t i = 0; i < text.size();) {
    size_t length = character_length(text, i);
    width += length == 0 ? 1 : PQdsplen(text.c_str() + i, utf8);
    i += length == 0 ? 1 : length;
  }
  return width;
}

}  // namespace client

#include "json_text.h"

#include <array>
#include <cstdio>

#include "printable.h"

namespace client {

std::string without_controls(const std::string &json) {
  std::string safe;
  for (size_t i = 0; i < json.size();) {
    size_t length = 1;
    while (i + length < json.size() && (json[i + length] & 0xc0) == 0x80) length++;
    std::string character = json.substr(i, length);
    i += length;
    if (length > 3 || printable(character, true) == character) {
      safe += character;
      continue;
    }
    unsigned code = static_cast<unsigned char>(character[0]) & (length == 1 ? 0x7fU : length == 2 ? 0x1fU : 0x0fU);
    for (size_t k = 1; k < length; k++) code = code << 6 | (static_cast<unsigned char>(character[k]) & 0x3fU);
    std::array<char, 8> escape = {};
    std::snprintf(escape.data(), escape.size(), "\\u%04x", code);
    safe += escape.data();
  }
  return safe;
}

}  // namespace client

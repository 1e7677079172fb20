// Words of a shell's command line, as we print them for people to paste.
#pragma once

#include <string>

namespace client {

// Returns the text as one word of a POSIX shell, in single quotes unless it is harmless without.
inline std::string shell_word(const std::string &text) {
  constexpr const char *harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:=/+@%";
  if (!text.empty() && text.find_first_not_of(harmless) == std::string::npos) return text;
  std::string word = "'";
  for (char character : text) word += character == '\'' ? std::string("'\\''") : std::string(1, character);
  return word + "'";
}

}  // namespace client

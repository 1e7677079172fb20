#include "toml_text.h"

#include <algorithm>

#include "error.h"
#include "printable.h"

namespace client {

namespace {

// The position behind the string that begins there; the end of the line where a short string is not closed, which is
// an error in TOML.
size_t behind_string(const std::string &text, size_t begin) {
  char quote = text[begin];
  bool is_long = text.compare(begin, 3, std::string(3, quote)) == 0;
  std::string end(is_long ? 3 : 1, quote);
  for (size_t i = begin + end.size(); i < text.size(); i++) {
    if (text[i] == '\\' && quote == '"') {
      i++;
    } else if (text.compare(i, end.size(), end) == 0) {
      i += end.size();
      // A long string may end in up to two quotes that belong to it.
      for (int more = 0; is_long && more < 2 && text[i] == quote; more++) i++;
      return i;
    } else if (text[i] == '\n' && !is_long) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

bool is_too_deep(const std::string &toml) {
  int brackets = 0;
  int dots = 0;  // of one key
  for (size_t i = 0; i < toml.size();) {
    char c = toml[i];
    if (c == '"' || c == '\'') {
      i = behind_string(toml, i);
      continue;
    }
    if (c == '#')
      while (i < toml.size() && toml[i] != '\n') i++;
    if (c == '[' || c == '{') brackets++;
    if (c == ']' || c == '}') brackets--;
    if (c == '.')
      dots++;
    else if (c == '\n' || c == ',' || c == '=' || c == '{' || c == '[' || c == '#')
      dots = 0;
    if (std::max(brackets, dots) > deepest_nesting) return true;
    i++;
  }
  return false;
}

toml::table parse_toml(const std::string &text, const std::string &name) {
  if (is_too_deep(text)) throw Error(ExitCode::usage, name + ": too deeply nested");
  try {
    return toml::parse(text);
  } catch (const toml::parse_error &problem) {
    throw Error(ExitCode::usage, name + ", line " + std::to_string(problem.source().begin.line) +
                                     ": not valid TOML: " + printable(std::string(problem.description())));
  }
}

}  // namespace client

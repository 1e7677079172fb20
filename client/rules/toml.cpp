#include <map>
#include <sstream>
#include <toml.hpp>

#include "file.h"

namespace client::rules {

namespace {

[[noreturn]] void fail(const std::string &name, const toml::source_location &at, const std::string &what) {
  throw error(exit_code::usage, name + ", line " + std::to_string(at.line()) + ": " + what);
}

// toml11 calls itself for each bracket, and a file of brackets would end our stack. Brackets in strings do not count.
void refuse_nesting(const std::string &text, const std::string &name) {
  int depth = 0;
  char quote = '\0';
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (quote != '\0') {
      if (c == '\\' && quote == '"')
        i++;
      else if (c == quote)
        quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      while (i < text.size() && text[i] != '\n') i++;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest) throw error(exit_code::usage, name + ": too deeply nested");
    } else if (c == ']' || c == '}') {
      depth--;
    }
  }
}

json read(const toml::value &value, const std::string &name, int depth) {
  if (depth > deepest) fail(name, value.location(), "too deeply nested");
  switch (value.type()) {
    case toml::value_t::boolean:
      return value.as_boolean();
    case toml::value_t::integer:
      return value.as_integer();
    case toml::value_t::floating:
      return value.as_floating();
    case toml::value_t::string:
      return value.as_string().str;
    case toml::value_t::array: {
      json list = json::array();
      for (const toml::value &each : value.as_array()) list.push_back(read(each, name, depth + 1));
      return list;
    }
    case toml::value_t::table: {
      // toml11's own order is that of a hash table.
      std::map<std::string, toml::value> sorted(value.as_table().begin(), value.as_table().end());
      json object = json::object();
      for (const auto &[key, each] : sorted) object[key] = read(each, name, depth + 1);
      return object;
    }
    default:
      fail(name, value.location(), "a date or time has to stand in quotes");
  }
}

}  // namespace

json toml_document(const std::string &text, const std::string &name) {
  refuse_nesting(text, name);
  std::istringstream stream(text);
  try {
    return read(toml::parse(stream, name), name, 0);
  } catch (const toml::exception &problem) {
    fail(name, problem.location(), "this is not TOML");
  } catch (const error &) {
    throw;
  } catch (const std::exception &) {  // toml11 has others for some mistakes, such as numbers out of range
    throw error(exit_code::usage, name + ": this is not TOML");
  }
}

}  // namespace client::rules

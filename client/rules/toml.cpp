#include <map>
#include <sstream>
#include <toml.hpp>

#include "toml_text.h"
#include "rules/file.h"

namespace client::rules {

namespace {

[[noreturn]] void fail(const std::string &name, const toml::source_location &location, const std::string &problem) {
  throw Error(ExitCode::usage, name + ", line " + std::to_string(location.line()) + ": " + problem);
}

Json read(const toml::value &value, const std::string &name, int depth) {
  if (depth > deepest_nesting) fail(name, value.location(), "too deeply nested");
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
      Json list = Json::array();
      for (const toml::value &each : value.as_array()) list.push_back(read(each, name, depth + 1));
      return list;
    }
    case toml::value_t::table: {
      // toml11 keeps no order.
      std::map<std::string, toml::value> sorted(value.as_table().begin(), value.as_table().end());
      Json object = Json::object();
      for (const auto &[key, each] : sorted) object[key] = read(each, name, depth + 1);
      return object;
    }
    default:
      fail(name, value.location(), "a date or time must be quoted");
  }
}

}  // namespace

Json toml_document(const std::string &text, const std::string &name) {
  if (is_too_deep(text)) throw Error(ExitCode::usage, name + ": too deeply nested");
  std::istringstream stream(text);
  try {
    return read(toml::parse(stream, name), name, 0);
  } catch (const toml::exception &problem) {
    fail(name, problem.location(), "not valid TOML");
  } catch (const Error &) {
    throw;
  } catch (const std::exception &) {  // toml11 throws others for some mistakes, such as numbers out of range
    throw Error(ExitCode::usage, name + ": not valid TOML");
  }
}

}  // namespace client::rules

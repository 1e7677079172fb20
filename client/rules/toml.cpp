#include "toml_text.h"
#include "rules/file.h"

namespace client::rules {

namespace {

[[noreturn]] void fail(const std::string &name, const toml::node &node, const std::string &problem) {
  throw Error(ExitCode::usage, name + ", line " + std::to_string(node.source().begin.line) + ": " + problem);
}

Json read(const toml::node &node, const std::string &name, int depth) {
  if (depth > deepest_nesting) fail(name, node, "too deeply nested");
  switch (node.type()) {
    case toml::node_type::boolean:
      return node.as_boolean()->get();
    case toml::node_type::integer:
      return node.as_integer()->get();
    case toml::node_type::floating_point:
      return node.as_floating_point()->get();
    case toml::node_type::string:
      return node.as_string()->get();
    case toml::node_type::array: {
      Json list = Json::array();
      for (const toml::node &each : *node.as_array()) list.push_back(read(each, name, depth + 1));
      return list;
    }
    case toml::node_type::table: {
      Json object = Json::object();
      for (const auto &[key, each] : *node.as_table()) object[std::string(key)] = read(each, name, depth + 1);
      return object;
    }
    default:
      fail(name, node, "a date or time must be quoted");
  }
}

}  // namespace

Json toml_document(const std::string &text, const std::string &name) { return read(parse_toml(text, name), name, 0); }

}  // namespace client::rules

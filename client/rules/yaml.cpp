#include <yaml-cpp/yaml.h>

#include <charconv>
#include <set>

#include "toml_text.h"
#include "rules/file.h"

namespace client::rules {

namespace {

// With aliases a small file can describe a huge document: what they unfold to is limited.
constexpr int most_nodes = 200000;
constexpr size_t most_text = 64 << 20;

class YamlReader {
 public:
  explicit YamlReader(const std::string &name) : name_(name) {}

  Json read(const YAML::Node &node, int depth = 0) {
    if (depth > deepest_nesting) fail(node.Mark(), "too deeply nested");
    if (node.IsScalar()) text_ += node.Scalar().size();
    if (++nodes_ > most_nodes || text_ > most_text) fail(node.Mark(), "too large");
    switch (node.Type()) {
      case YAML::NodeType::Map:
        return read_map(node, depth);
      case YAML::NodeType::Sequence: {
        Json list = Json::array();
        for (const YAML::Node &each : node) list.push_back(read(each, depth + 1));
        return list;
      }
      case YAML::NodeType::Scalar:
        return node.Tag() == "?" ? plain(node.Scalar()) : Json(node.Scalar());
      default:
        return nullptr;
    }
  }

 private:
  [[noreturn]] void fail(const YAML::Mark &at, const std::string &problem) const {
    throw Error(ExitCode::usage, name_ + ", line " + std::to_string(at.line + 1) + ": " + problem);
  }

  Json read_map(const YAML::Node &node, int depth) {
    Json object = Json::object();
    auto &members = object.get_ref<Json::object_t &>();
    std::set<std::string> keys;
    for (const auto &entry : node) {
      if (!entry.first.IsScalar()) fail(entry.first.Mark(), "a key must be a name");
      const std::string &key = entry.first.Scalar();
      text_ += key.size();
      // yaml-cpp keeps both and would return the first.
      if (!keys.insert(key).second) fail(entry.first.Mark(), "\"" + key + "\" appears twice");
      members.emplace_back(key, read(entry.second, depth + 1));
    }
    return object;
  }

  // Text without quotes may be a number, null or a boolean. "no" and "off" are text, as in YAML 1.2.
  static Json plain(const std::string &text) {
    if (text.empty() || text == "~" || text == "null") return nullptr;
    if (text == "true") return true;
    if (text == "false") return false;
    const char *end = text.data() + text.size();
    long long whole = 0;
    if (auto [at, problem] = std::from_chars(text.data(), end, whole); problem == std::errc() && at == end)
      return whole;
    double real = 0;
    if (auto [at, problem] = std::from_chars(text.data(), end, real);
        problem == std::errc() && at == end && (text[0] == '-' || text[0] == '.' || (text[0] >= '0' && text[0] <= '9')))
      return real;
    return text;
  }

  const std::string &name_;
  int nodes_ = 0;
  size_t text_ = 0;
};

}  // namespace

Json yaml_document(const std::string &text, const std::string &name) {
  try {
    return YamlReader(name).read(YAML::Load(text));
  } catch (const YAML::Exception &problem) {
    throw Error(ExitCode::usage, name + ", line " + std::to_string(problem.mark.line + 1) + ": " + problem.msg);
  }
}

}  // namespace client::rules

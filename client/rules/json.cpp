#include <algorithm>
#include <set>

#include "toml_text.h"
#include "rules/file.h"

namespace client::rules {

Json json_document(const std::string &text, const std::string &name) {
  std::vector<std::set<std::string>> keys;
  auto watch = [&](int depth, Json::parse_event_t event, Json &value) {
    if (depth > deepest_nesting) throw Error(ExitCode::usage, name + ": too deeply nested");
    if (event == Json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key) {
      // The library would keep one of them.
      const auto &key = value.get_ref<const std::string &>();
      if (!keys.back().insert(key).second) throw Error(ExitCode::usage, name + ": \"" + key + "\" appears twice");
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::parse_error &problem) {
    size_t at = std::min(problem.byte, text.size());
    auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw Error(ExitCode::usage, name + ", line " + std::to_string(lines + 1) + ": not valid JSON");
  } catch (const Json::exception &) {
    throw Error(ExitCode::usage, name + ": not valid JSON");
  }
}

}  // namespace client::rules

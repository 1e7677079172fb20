// All commands below the root with their paths, for those who describe them.
#pragma once

#include <functional>

#include "cli/model.h"

namespace client::cli {

// Calls `visit` for each visible command, parents first; the root's path is "", others are "rules", "rules import".
inline void walk(const Command &command, const std::function<void(const std::string &, const Command &)> &visit,
                 const std::string &path = "") {
  visit(path, command);
  for (const Command &each : command.commands)
    if (!each.hidden) walk(each, visit, path.empty() ? each.name : path + " " + each.name);
}

// "-h" and "--host", those there are.
inline std::vector<std::string> dashed_names(const Option &of) {
  std::vector<std::string> names;
  if (!of.short_name().empty()) names.push_back("-" + of.short_name());
  if (!of.long_name().empty()) names.push_back("--" + of.long_name());
  return names;
}

inline Option help_option() {
  static bool unused = false;
  return {"-?,--help", "", &unused, "Show this help and exit"};
}

// The options of a command as help has them.
inline std::vector<Option> with_help(const Command &of) {
  std::vector<Option> all = of.options;
  all.push_back(help_option());
  return all;
}

}  // namespace client::cli

// Visits all commands with their paths, to describe them.
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

// "-h" and "--host", as far as the option has them.
inline std::vector<std::string> dashed_names(const Option &option) {
  std::vector<std::string> names;
  if (!option.short_name().empty()) names.push_back("-" + option.short_name());
  if (!option.long_name().empty()) names.push_back("--" + option.long_name());
  return names;
}

// What --help calls a value says also which names of the target it takes.
inline Completion completion_of(const Option &option) {
  const std::string &value = option.is_argument() ? option.names : option.value;
  if (value == "TABLE" || value == "REFERENCED" || option.names == "--exclude") return Completion::tables;
  if (value.starts_with("COLUMN") || value == "REFERENCED_COLUMNS") return Completion::columns;
  if (value == "STRATEGY") return Completion::strategies;
  if (value == "RUN") return Completion::runs;
  return option.completion;
}

// Whether the client is asked for them.
inline bool is_of_names(Completion kind) { return kind != Completion::nothing && kind != Completion::files; }

inline Option help_option() {
  static bool unused = false;
  return {"-?,--help", "", &unused, "Show this help and exit"};
}

// The options of a command, --help included.
inline std::vector<Option> with_help(const Command &command) {
  std::vector<Option> all = command.options;
  all.push_back(help_option());
  return all;
}

}  // namespace client::cli

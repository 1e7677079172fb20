// The one description of all commands and options. The parser, --help, the man page and the completions derive from it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "error.h"

namespace client::cli {

enum class Origin { nowhere, command_line, environment, config_file };

// A value together with its origin: on a command line, for example, a password is refused.
struct GivenText {
  std::optional<std::string> value;
  Origin origin = Origin::nowhere;
};

using Destination = std::variant<bool *, std::string *, std::optional<std::string> *, std::optional<int> *,
                                 std::vector<std::string> *, GivenText *>;

// What a shell may complete a value with.
enum class Completion { nothing, files, tables, columns, strategies, runs };

// Most options set only the first four members, and are written as a row of a table.
struct Option {
  std::string names;       // "-h,--host"; an argument has a plain name
  std::string value = {};  // what --help calls the value; empty for flags and arguments
  Destination destination;
  std::string help;
  std::vector<std::string> choices = {};
  bool required = false;
  Completion completion = Completion::nothing;
  bool is_setting = true;  // may be set in the environment and in the config file

  bool is_argument() const { return names.front() != '-'; }
  bool is_flag() const { return std::holds_alternative<bool *>(destination); }
  bool is_list() const { return std::holds_alternative<std::vector<std::string> *>(destination); }
  std::string long_name() const;   // "host"; empty for arguments
  std::string short_name() const;  // "h"; may be empty
};

struct Command {
  std::string name;
  std::string summary;           // one line
  std::string description = {};  // further text for the man page
  std::string example = {};
  std::vector<Option> options = {};
  std::function<ExitCode()> run = {};
  std::vector<Command> commands = {};
  bool hidden = false;
};

}  // namespace client::cli

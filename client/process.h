// Other programs, run with nothing secret in their arguments.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace client {

struct ProgramResult {
  int status = 0;  // its exit code, or 128 and the signal
  std::string out, err;
};

// Variables to set; those without a value are taken away.
using EnvironmentChanges = std::map<std::string, std::optional<std::string>>;

// Runs it to its end. At Ctrl-C the program is interrupted, and this throws once it is gone.
ProgramResult run_program(const std::vector<std::string> &arguments, const EnvironmentChanges &changes = {});

}  // namespace client

// Runs other programs. Secrets belong in their environment: arguments are visible to every user.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace client {

struct ProgramResult {
  int status = 0;  // its exit code, or 128 and the signal
  std::string out, err;
};

// Variables to set; those without a value are removed.
using EnvironmentChanges = std::map<std::string, std::optional<std::string>>;

// Takes what a program writes to its standard output, piece by piece.
using OutputSink = std::function<void(std::string_view piece)>;

// Runs a program (found in PATH) until it exits. Ctrl-C interrupts the program; once it has exited, this throws. What
// `sink` throws ends the program too.
ProgramResult run_program(const std::vector<std::string> &arguments, const EnvironmentChanges &changes = {},
                          const OutputSink &sink = {});

}  // namespace client

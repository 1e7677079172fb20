// Parses the command line into the destinations of the model, then adds settings from the environment and config file.
#pragma once

#include "cli/model.h"

namespace client::cli {

struct ParsedCommand {
  const Command *chosen = nullptr;  // nullptr: help was requested, and printed
};

ParsedCommand parse(const Command &root, int argc, const char *const *argv);

}  // namespace client::cli

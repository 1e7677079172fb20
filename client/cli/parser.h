// Reads the command line into the model's destinations, then what the environment and the config file add to it.
#pragma once

#include "cli/model.h"

namespace client::cli {

struct ParsedCommand {
  const Command *chosen = nullptr;  // nullptr: help or version was asked for, and printed
};

ParsedCommand parse(const Command &root, int argc, const char *const *argv);

}  // namespace client::cli

// Reads the command line into the model's destinations, then what the environment and the config file add to it.
#pragma once

#include "model.h"

namespace client::cli {

struct parsed {
  const command *chosen = nullptr;  // nullptr: help or version was asked for, and printed
};

parsed parse(const command &root, int argc, const char *const *argv);

}  // namespace client::cli

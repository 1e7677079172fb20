// What a push is asked for.
#pragma once

#include <optional>
#include <string>

#include "cli/model.h"

namespace client::push {

struct PushOptions {
  cli::GivenText to;
  std::optional<std::string> password_file;
  std::optional<int> jobs;
  bool clean = false;
  bool resume = false;
  bool incomplete = false;
  bool yes = false;
};

}  // namespace client::push

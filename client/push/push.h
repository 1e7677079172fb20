// Copies the masked target into a server where the extension cannot be: schema, rows, then indexes and constraints.
// What it has done so far is known to the destination alone, in the schema confiture_push.
#pragma once

#include <optional>
#include <string>

#include "session.h"
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

ExitCode run(const PushOptions &options, Session &session);

}  // namespace client::push

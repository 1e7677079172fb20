// A new target from nothing: schema, masked rows, then indexes and constraints. Every step may be repeated: what was
// done before is recognised and left alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session.h"
#include "setup.h"
#include "source_access.h"

namespace client::clone {

struct CloneOptions {
  SourceAccess access;
  std::optional<std::string> rules_file, state_directory, policy;
  std::vector<std::string> exclude;
  std::optional<int> jobs;
  bool create = false;
  bool trust_constraints = false;
  bool yes = false;
};

ExitCode run(const CloneOptions &options, Session &session);

}  // namespace client::clone

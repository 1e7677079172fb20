// A new target from nothing: schema, masked rows, then indexes and constraints. Every step may be repeated: what was
// done before is recognised and left alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session.h"
#include "setup.h"
#include "source_access.h"
#include "rules/model.h"

namespace client::clone {

struct CloneOptions {
  SourceAccess access;
  std::optional<std::string> rules_file, key_file, state_directory, policy;
  std::vector<std::string> exclude;
  std::optional<int> jobs;
  bool create = false;
  bool replace = false;
  std::optional<int> keep;  // of the databases that were replaced; by default 1
  bool trust_constraints = false;
  bool yes = false;
  // What replace() takes from the copy that this one replaces.
  std::optional<Settings> source = {};
  std::string key = {};  // in hex
  std::optional<rules::RuleSet> rules = {};
  std::string database_comment = {};
  std::string tablespace = {};  // of the database
};

ExitCode run(const CloneOptions &options, Session &session);

}  // namespace client::clone

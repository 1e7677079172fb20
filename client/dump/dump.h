// Writes the target as an archive that pg_restore puts into any PostgreSQL.
#pragma once

#include <optional>
#include <string>

#include "session.h"

namespace client::dump {

struct DumpOptions {
  std::string file;
  std::optional<std::string> format;  // c, d or p, or their long names; custom by default
  std::optional<int> jobs;
  bool no_owner = false;
  bool no_privileges = false;
  bool incomplete = false;
};

ExitCode run(const DumpOptions &options, Session &session);

}  // namespace client::dump

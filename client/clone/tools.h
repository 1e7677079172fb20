// PostgreSQL's own programs: which of those installed fit, and how they are told where to connect.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connection.h"
#include "process.h"

namespace client::clone {

struct Tools {
  std::string directory;
  int major = 0;
};

// Those in PATH, then Debian's in /usr/lib/postgresql.
std::vector<Tools> find_tools();

// pg_dump reads older servers and no newer ones, and the nearest knows the source best. Of two alike the first.
std::optional<Tools> pick(const std::vector<Tools> &candidates, int source_major);

// "pg_dump (PostgreSQL) 15.20 (Debian ...)" is 15; 0: something else.
int major_of(const std::string &version);

// Where a connection leads, for programs that are to connect there: a service file that others cannot read, and the
// password in a variable. Nothing is in the arguments, which everybody can see.
class ServiceFile {
 public:
  ServiceFile(const Connection &connection, const std::string &directory, const std::string &name);
  ~ServiceFile();
  ServiceFile(const ServiceFile &) = delete;
  ServiceFile &operator=(const ServiceFile &) = delete;
  const EnvironmentChanges &environment() const { return environment_; }

 private:
  std::string file_;
  EnvironmentChanges environment_;
};

// Runs one of the programs; throws what it complains about, without rows or commands.
std::string run_tool(const std::vector<std::string> &arguments, const EnvironmentChanges &environment);

}  // namespace client::clone

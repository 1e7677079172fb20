// pg_dump: which of the installed ones fits, and how it learns where to connect.
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

// Picks the oldest that is not older than the servers, of which `major` is the newer: pg_dump reads older servers but
// no newer ones. Of two with the same version it takes the first.
std::optional<Tools> pick(const std::vector<Tools> &candidates, int major);

// The same, for what is dumped from one database and restored in another. Throws when there is none: the same program
// writes both schemas down, so that they can be compared.
Tools tools_for(const Connection &source, const Connection &target);

// 15 for any minor version of PostgreSQL 15.
int server_major(const Connection &connection);

// 15 for "pg_dump (PostgreSQL) 15.20 (Debian ...)"; 0 for other text.
int major_of(const std::string &version);

// An empty directory that other users cannot enter; removed with this object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;
  const std::string &name() const { return name_; }

 private:
  std::string name_ = "/tmp/confiture.XXXXXX";
};

// Lets a program connect where a connection leads: a service file that other users cannot read, and the password in a
// variable. Nothing is in the arguments, which are visible to every user. The file lives as long as this object.
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

// Runs a program and returns its output, or passes it on. Throws its error messages, without the commands or rows it
// quotes.
std::string run_tool(const std::vector<std::string> &arguments, const EnvironmentChanges &environment,
                     const OutputSink &sink = {});

}  // namespace client::clone

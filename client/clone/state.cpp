#include "clone/state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "error.h"

namespace client::clone {

namespace {
constexpr const char *database_line = "database ";
constexpr const char *files[] = {"steps", "schema.dump"};
}  // namespace

State::State(std::string directory, const std::string &database) : directory_(std::move(directory)) {
  if (mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST)
    throw Error(ExitCode::failed, "cannot create the directory " + directory_, "Choose another with --state.");
  struct stat status = {};
  if (stat(directory_.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
      (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    throw Error(ExitCode::usage,
                directory_ + " must be a directory that belongs to you and that no other user can write to",
                "Choose another with --state.");
  std::ifstream kept(file("steps"));
  for (std::string line; std::getline(kept, line);) steps_.insert(line);
  if (has(database_line + database)) return;
  for (const char *each : files) unlink(file(each).c_str());
  steps_.clear();
  add(database_line + database);
}

void State::add(const std::string &step) {
  int fd = open(file("steps").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::string line = step + "\n";
  bool written = fd >= 0 && write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  if (!written) throw Error(ExitCode::failed, "cannot write " + file("steps"));
  steps_.insert(step);
}

void State::remove() {
  for (const char *each : files) unlink(file(each).c_str());
  rmdir(directory_.c_str());
}

}  // namespace client::clone

#include "secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error.h"

namespace client {

namespace {

// Docker and Kubernetes mount secrets that belong to root, for all or for a group to read. Who runs the command could
// not change that, and inside the container nobody else is meant.
bool is_mounted(int fd, const struct stat &status) {
  struct statvfs where = {};
  return (status.st_uid == 0 && geteuid() != 0) || (fstatvfs(fd, &where) == 0 && (where.f_flag & ST_RDONLY) != 0);
}

// Pipes and the like have no mode that says anything.
void refuse_public(int fd, const std::string &name, const std::string &kind) {
  struct stat status = {};
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
  std::string what;
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0 && !is_mounted(fd, status)) what = "read";
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) what = "written";
  if (!what.empty())
    throw Error(ExitCode::usage, "the " + kind + " " + name + " can be " + what + " by others", "chmod 600 " + name);
}

class Descriptor {
 public:
  explicit Descriptor(const std::string &name) : fd_(open(name.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

std::string read_secret(const std::string &name, const std::string &kind) {
  constexpr size_t longest = 65536;
  auto fail = [&] { throw Error(ExitCode::usage, "cannot read " + name + ": " + strerror(errno)); };
  Descriptor file(name);
  if (file.get() < 0) fail();
  refuse_public(file.get(), name, kind);
  std::string line;
  char next = 0;
  ssize_t got = 0;
  while (line.size() < longest && (got = read(file.get(), &next, 1)) == 1 && next != '\n') line += next;
  if (got < 0) fail();
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace client

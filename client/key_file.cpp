#include "key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "secret_file.h"

namespace client {

std::string read_key_file(const std::string &name) {
  std::string key = read_secret(name, "key file");
  while (key.ends_with(' ')) key.pop_back();
  // The server would refuse it too, and could quote it.
  constexpr size_t shortest = 64;
  if (key.size() < shortest || key.size() % 2 != 0 ||
      key.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    throw Error(ExitCode::usage, "there is no masking key in " + name,
                "Its first line must be hex digits for at least 32 bytes: openssl rand -hex 32.");
  return key;
}

void write_key_file(const std::string &name, const std::string &key) {
  int fd = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0 && errno == EEXIST)
    throw Error(ExitCode::usage, name + " exists already", "A key that is overwritten is lost: choose another name.");
  std::string line = key + "\n";
  bool written = fd >= 0 && write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd) == 0;
  std::string reason = strerror(errno);
  if (fd >= 0) close(fd);
  if (!written) throw Error(ExitCode::failed, "cannot write " + name + ": " + reason);
}

std::string key_id(Connection &target) { return target.value("SELECT confiture.key_id()"); }

std::string set_key(Connection &target, const std::string &key) {
  target.copy_in("COPY confiture.new_key FROM STDIN", key + "\n");
  return key_id(target);
}

}  // namespace client

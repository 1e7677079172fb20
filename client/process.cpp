#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <exception>

#include "error.h"
#include "interrupt.h"

namespace client {

namespace {

// A pipe that closes its ends. Programs inherit neither end unless it is passed on explicitly.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw Error(ExitCode::failed, std::string("cannot make a pipe: ") + strerror(errno));
  }
  ~Pipe() {
    for (int end : ends_)
      if (end >= 0) close(end);
  }
  Pipe(const Pipe &) = delete;
  Pipe &operator=(const Pipe &) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() { close(std::exchange(ends_[1], -1)); }
  bool is_open() const { return ends_[0] >= 0; }
  // Passes on what there is to read; closes the reading end at the end of input.
  void read_into(const OutputSink &sink) {
    std::array<char, 65536> part;
    ssize_t length = read(reader(), part.data(), part.size());
    if (length > 0)
      sink({part.data(), static_cast<size_t>(length)});
    else if (length == 0 || errno != EINTR)
      close(std::exchange(ends_[0], -1));
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

std::vector<std::string> environment_with(const EnvironmentChanges &changes) {
  std::vector<std::string> all;
  for (char **each = environ; *each != nullptr; each++) {
    std::string name = std::string(*each).substr(0, std::strcspn(*each, "="));
    if (!changes.contains(name)) all.emplace_back(*each);
  }
  for (const auto &[name, value] : changes)
    if (value) all.push_back(name + "=" + *value);
  return all;
}

std::vector<char *> pointers(std::vector<std::string> &arguments) {
  std::vector<char *> all;
  for (std::string &each : arguments) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

// Resets the signals, which this program blocks, to what a program expects.
pid_t start(std::vector<std::string> arguments, const EnvironmentChanges &changes, const Pipe &out, const Pipe &err) {
  std::vector<std::string> variables = environment_with(changes);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.writer(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t handled;
  sigemptyset(&none);
  sigemptyset(&handled);
  sigaddset(&handled, SIGINT);
  sigaddset(&handled, SIGTERM);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &handled);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  int problem = posix_spawnp(&pid, arguments[0].c_str(), &files, &attributes, pointers(arguments).data(),
                             pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (problem != 0) throw Error(ExitCode::failed, "cannot run " + arguments[0] + ": " + strerror(problem));
  return pid;
}

}  // namespace

ProgramResult run_program(const std::vector<std::string> &arguments, const EnvironmentChanges &changes,
                          const OutputSink &sink) {
  Pipe out;
  Pipe err;
  InterruptGuard guard;
  pid_t pid = start(arguments, changes, out, err);
  out.close_writer();
  err.close_writer();
  ProgramResult end;
  OutputSink take_out = sink ? sink : [&](std::string_view piece) { end.out += piece; };
  OutputSink take_err = [&](std::string_view piece) { end.err += piece; };
  bool interrupted = false;
  std::exception_ptr problem;
  while (out.is_open() || err.is_open()) {
    std::array<pollfd, 2> inputs = {{{out.reader(), POLLIN, 0}, {err.reader(), POLLIN, 0}}};
    guard.wait(inputs.data(), inputs.size(), 60000);
    if (guard.take_signal()) {
      interrupted = true;
      kill(pid, SIGINT);
    }
    try {
      if (inputs[0].revents != 0) out.read_into(take_out);
    } catch (...) {
      problem = std::current_exception();
      kill(pid, SIGTERM);
      take_out = [](std::string_view) {};
    }
    if (inputs[1].revents != 0) err.read_into(take_err);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (interrupted) throw Error(ExitCode::interrupted, "interrupted");
  if (problem) std::rethrow_exception(problem);
  end.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return end;
}

}  // namespace client

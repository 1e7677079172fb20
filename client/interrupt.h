// Ctrl-C while a statement runs: the statement is cancelled on the server. At all other times it ends the program.
#pragma once

#include <poll.h>

#include <csignal>
#include <cstddef>

namespace client {

// Holds SIGINT and SIGTERM back, so that they arrive in wait() and nowhere else.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard &) = delete;
  InterruptGuard &operator=(const InterruptGuard &) = delete;

  // Waits for input on a socket, a signal, or some milliseconds.
  void wait(int socket, int milliseconds);
  // The same with several; their revents are set.
  void wait(pollfd *inputs, size_t number, int milliseconds);
  // Was there a signal since the last call?
  bool take_signal();

 private:
  sigset_t previous_mask_;
  struct sigaction old_int_;
  struct sigaction old_term_;
};

}  // namespace client

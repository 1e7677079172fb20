// Ctrl-C while a statement runs: the statement is cancelled on the server. At all other times it ends the program.
#pragma once

#include <poll.h>

#include <csignal>
#include <cstddef>

namespace client {

// Blocks SIGINT and SIGTERM everywhere but in wait(). One around several statements keeps a signal that comes between
// them for the next, so that whoever has something to take back can.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard &) = delete;
  InterruptGuard &operator=(const InterruptGuard &) = delete;

  // Waits for input on a socket (-1: none) or a signal, at most so many milliseconds.
  void wait(int socket, int milliseconds);
  // The same with several sockets; sets their revents.
  void wait(pollfd *inputs, size_t number, int milliseconds);
  // Returns whether a signal arrived since the last call.
  bool take_signal();

 private:
  sigset_t previous_mask_, waiting_mask_;
  struct sigaction old_int_;
  struct sigaction old_term_;
};

}  // namespace client

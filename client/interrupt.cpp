#include "interrupt.h"

#include <ctime>

namespace client {

namespace {
volatile std::sig_atomic_t signals = 0;
void note_signal(int) { signals = signals + 1; }
}  // namespace

InterruptGuard::InterruptGuard() {
  sigset_t handled;
  sigemptyset(&handled);
  sigaddset(&handled, SIGINT);
  sigaddset(&handled, SIGTERM);
  sigprocmask(SIG_BLOCK, &handled, &previous_mask_);
  waiting_mask_ = previous_mask_;  // in another guard, both are blocked in it
  sigdelset(&waiting_mask_, SIGINT);
  sigdelset(&waiting_mask_, SIGTERM);
  struct sigaction action = {};
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  sigprocmask(SIG_SETMASK, &previous_mask_, nullptr);
}

void InterruptGuard::wait(int socket, int milliseconds) {
  pollfd input = {socket, POLLIN, 0};
  wait(&input, 1, milliseconds);
}

void InterruptGuard::wait(pollfd *inputs, size_t number, int milliseconds) {
  timespec limit = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  if (ppoll(inputs, number, &limit, &waiting_mask_) >= 0) return;
  for (size_t i = 0; i < number; i++) inputs[i].revents = 0;
}

bool InterruptGuard::take_signal() {
  bool received = signals > 0;
  signals = 0;
  return received;
}

}  // namespace client

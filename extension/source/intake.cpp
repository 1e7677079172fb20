#include "source/intake.h"

#include <sys/ioctl.h>
#include <time.h>

#include "source/error.h"

namespace confiture {

// libpq's parser takes microseconds for what an honest server sends unasked.
static constexpr int64 parser_limit_ns = 500 * 1000 * 1000;

// libpq keeps this much room in its buffer when it reads, so that it takes as much of what is there.
static constexpr int64 least_room = 8192;

static int64 processor_ns() {
  timespec now;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) return 0;
  return int64{now.tv_sec} * 1000 * 1000 * 1000 + now.tv_nsec;
}

// Bytes that wait in the kernel: how many libpq reads is known to it alone.
static int64 waiting_bytes(const Source *source) {
  int waiting = 0;
  int socket = PQsocket(source->conn);
  if (socket < 0 || ioctl(socket, FIONREAD, &waiting) != 0) return 0;
  return waiting;
}

static void check_parser(Source *source) {
  Intake *intake = &source->intake;
  if (intake->paused_ns == 0) return;
  intake->parsed_ns += processor_ns() - intake->paused_ns;
  intake->paused_ns = 0;
  if (intake->parsed_ns > parser_limit_ns)
    raise_no_postgresql(source, "It keeps sending messages that are no part of an answer.");
}

bool take_input(Source *source, Callback<bool()> read) {
  check_parser(source);
  int64 before = waiting_bytes(source);
  if (!read()) return false;
  Intake *intake = &source->intake;
  intake->bytes += Max(Min(before, least_room), before - waiting_bytes(source));
  if (intake->bytes > source->message_limit)
    raise_no_postgresql(source, psprintf("It sent more than %lld kB as one message.",
                                         static_cast<long long>(source->message_limit / 1024)));
  intake->paused_ns = processor_ns();
  return true;
}

bool take_input(Source *source) {
  return take_input(source, [&] { return PQconsumeInput(source->conn) != 0; });
}

void reset_intake(Source *source) { source->intake = {}; }

void pause_intake(Source *source) { source->intake.paused_ns = 0; }

}  // namespace confiture

#include "source/intake.h"

#include <malloc.h>
#include <sys/ioctl.h>
#include <time.h>

#include "source/error.h"

namespace confiture {

// libpq's parser takes microseconds for what an honest server sends unasked, and copies a message.
static constexpr int64 parser_limit_ns = 250 * 1000 * 1000, parser_limit_ns_a_byte = 4;

// libpq keeps this much room in its buffer when it reads, so that it takes as much of what is there.
static constexpr int64 least_room = 8192;

// The clock on the wall is read without a system call, and counts also while others run: the processor's time, which
// takes one, is asked for once the former is worth it.
static constexpr int64 worth_asking_ns = 10 * 1000 * 1000;

static int64 now_ns(const Intake *intake) {
  timespec now;
  clockid_t clock = intake->parsed_ns < worth_asking_ns ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
  if (clock_gettime(clock, &now) != 0) return 0;
  return int64{now.tv_sec} * 1000 * 1000 * 1000 + now.tv_nsec;
}

// Bytes that wait in the kernel: how many libpq reads is known to it alone.
static int64 waiting_bytes(const Source *source) {
  int waiting = 0;
  int socket = PQsocket(source->conn);
  if (socket < 0 || ioctl(socket, FIONREAD, &waiting) != 0) return 0;
  return waiting;
}

[[noreturn]] static void raise_long_message(const Source *source) {
  int64 kb = source->message_limit / 1024;
  raise_no_postgresql(source, psprintf("It sends more than " INT64_FORMAT " kB as one message.", kb));
}

bool take_input(Source *source, Callback<bool()> read) {
  int64 before = waiting_bytes(source);
  if (!read()) return false;
  Intake *intake = &source->intake;
  intake->bytes += Max(Min(before, least_room), before - waiting_bytes(source));
  if (intake->bytes > source->message_limit) raise_long_message(source);
  return true;
}

bool take_input(Source *source) {
  return take_input(source, [&] { return PQconsumeInput(source->conn) != 0; });
}

void reset_intake(Source *source) { source->intake.bytes = source->intake.parsed_ns = 0; }

// What malloc has given out, where it can tell. A longer message would be read in one go, however long.
static int64 allocated_bytes() {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  struct mallinfo2 heap = mallinfo2();
  return static_cast<int64>(heap.uordblks + heap.hblkhd);
#else
  return 0;
#endif
}

// Authentication takes as much time as the server asks for, and TLS reads files of certificates.
static constexpr int64 most_growth_while_connecting = 64 * 1024 * 1024;

static bool is_connecting(const Source *source) { return source->events == nullptr; }

void begin_intake(Source *source, int64 limit) {
  source->message_limit = limit;
  source->intake = {.bytes = 0, .parsed_ns = 0, .parsing_since_ns = 0, .allocated = allocated_bytes()};
}

// A row of a COPY may be as long as memory, and malloc's answer takes longer than a short one.
static void check_growth(Source *source) {
  if (source->message_limit == longest_row) return;
  // For the message, twice when libpq doubles its buffer, and for what it makes of it.
  int64 most = is_connecting(source) ? most_growth_while_connecting : 4 * source->message_limit;
  int64 allocated = allocated_bytes();
  if (allocated - source->intake.allocated > most) raise_long_message(source);
  source->intake.allocated = allocated;
}

void begin_parsing(Source *source) { source->intake.parsing_since_ns = now_ns(&source->intake); }

void end_parsing(Source *source, int size, bool needs_input) {
  Intake *intake = &source->intake;
  bool is_asked = intake->parsed_ns >= worth_asking_ns;
  intake->parsed_ns += now_ns(intake) - intake->parsing_since_ns;
  // One time on the wall is no more than the start of asking.
  if (!is_asked) intake->parsed_ns = Min(intake->parsed_ns, worth_asking_ns);
  if (needs_input) check_growth(source);
  int64 most_ns = parser_limit_ns + parser_limit_ns_a_byte * (intake->bytes + Max(size, 0));
  if (!is_connecting(source) && intake->parsed_ns > most_ns)
    raise_no_postgresql(source, "It keeps sending messages that are no part of an answer.");
}

}  // namespace confiture

#include "source/wait.h"

#include "source/error.h"

namespace confiture {

static constexpr int socket_position = 2;  // in Source.events

void make_source_events(Source *source) {
  source->events = make_wait_events(socket_position + 1);
  AddWaitEventToSet(source->events, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, nullptr);
  AddWaitEventToSet(source->events, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, nullptr, nullptr);
  AddWaitEventToSet(source->events, WL_SOCKET_READABLE, PQsocket(source->conn), nullptr, nullptr);
}

// While connecting libpq may change the socket from step to step, so that a set of events would not last.
static int wait_once(Source *source, int events, long limit_ms) {
  if (source->events == nullptr) {
    int limit = limit_ms >= 0 ? WL_TIMEOUT : 0;
    return WaitLatchOrSocket(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | events | limit, PQsocket(source->conn),
                             limit_ms, wait_event(WaitFor::source));
  }
  ModifyWaitEvent(source->events, socket_position, events, nullptr);
  WaitEvent happened;
  int n = WaitEventSetWait(source->events, limit_ms, &happened, 1, wait_event(WaitFor::source));
  return n > 0 ? static_cast<int>(happened.events) : 0;
}

int wait_for_source(Source *source, int events, long limit_ms) {
  long silence_ms = source->silence_limit_ms;
  bool ends_in_silence = silence_ms >= 0 && (limit_ms < 0 || silence_ms < limit_ms);
  if (ends_in_silence) limit_ms = silence_ms;
  TimestampTz start = limit_ms >= 0 ? GetCurrentTimestamp() : 0;
  for (long left_ms = limit_ms;;) {
    int happened = wait_once(source, events, left_ms);
    if (happened & WL_LATCH_SET) {
      ResetLatch(MyLatch);
      CHECK_FOR_INTERRUPTS();
    }
    if (happened & events) return happened & events;
    if (limit_ms < 0) continue;
    left_ms = limit_ms - TimestampDifferenceMilliseconds(start, GetCurrentTimestamp());
    if (left_ms > 0) continue;
    if (!ends_in_silence) return 0;
    if (source->is_working == nullptr || !source->is_working(source)) raise_silence(source);
    start = GetCurrentTimestamp();
    left_ms = limit_ms;
  }
}

}  // namespace confiture

// The one place where a backend waits for a source.
#pragma once

#include "source/source.h"

namespace confiture {

// Makes the wait events of a connection that is established; freed when it is closed.
void make_source_events(Source *source);

// Waits until the connection's socket is ready for one of `events` (WL_SOCKET_READABLE, WL_SOCKET_WRITEABLE) and
// returns which; 0 when `limit_ms` have passed (-1: no limit). Handles interrupts, so it may ereport: a cancel ends the
// wait at once. Ereports 08006, or 08001 while connecting, when the source is silent for its source_timeout and
// does not say elsewhere that it works.
int wait_for_source(Source *source, int events, long limit_ms = -1);

}  // namespace confiture

// The connection to a source: made without blocking, interruptible, closed on every path.
#pragma once

#include "pg/callback.h"
#include "source/source.h"

namespace confiture {

// Connects as the mapping says, and leaves the connection open until close_kept_source() or the end of the session: for
// source/kept.h, which checks no privilege on the server, as reading a foreign table takes none.
Source *open_kept_source(ForeignServer *server, UserMapping *mapping);

// Cancels what it is doing and closes it. Never ereports.
void close_kept_source(Source *source);

// Makes a second connection to where a source's leads, as the same role, for a question about the first; calls body,
// closes. No wait on it is longer than limit_ms. An error of it is marked as one of the first's: failed.
void with_twin(Source *source, int limit_ms, Callback<void(Source *)> body);

// The parts of source/call.h -------------------------------------------------------------------------------------

// The source of a call, innermost of those that are going on: a new one, without a connection, or one that is kept.
void make_innermost(const ForeignServer *server);
void lend_kept_source(Source *source);
Source *innermost_source();

// Makes its connection. Ereports 42501, 08001, HV*, naming the server and no secret.
void connect_source(Source *source, ForeignServer *server, UserMapping *mapping);

// Calls body with the innermost source, which is closed when it ends with an error.
void with_innermost(Callback<void(Source *)> body);

// Either ends a call.
void close_innermost();
void return_kept_source(Source *source);

}  // namespace confiture

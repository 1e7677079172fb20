// The connection to a source: made without blocking, interruptible, closed on every path.
#pragma once

#include "pg/callback.h"
#include "source/source.h"

namespace confiture {

// Connects to the server as the current user's mapping says, calls body, closes. An error, cancel or exit in between
// cancels what the source is doing and closes too. Ereports: 42501, 08001, HV*, naming the server and no secret.
void with_source(const char *server_name, Callback<void(Source *)> body);

// The same, but an error that says that the server cannot be connected to is returned instead of raised.
ErrorData *with_source_if_any(const char *server_name, Callback<void(Source *)> body);

// Connects as the mapping says, and leaves the connection open until close_kept_source() or the end of the session: for
// source/kept.h, which checks no privilege on the server, as reading a foreign table takes none.
Source *open_kept_source(ForeignServer *server, UserMapping *mapping);

// Cancels what it is doing and closes it. Never ereports.
void close_kept_source(Source *source);

// Makes a second connection to where a source's leads, as the same role, for a question about the first; calls body,
// closes. No wait on it is longer than limit_ms. An error of it is marked as one of the first's: failed.
void with_twin(Source *source, int limit_ms, Callback<void(Source *)> body);

}  // namespace confiture

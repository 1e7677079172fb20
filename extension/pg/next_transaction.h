// Transactions of a procedure that commits as it goes.
#pragma once

#include "pg/callback.h"

namespace confiture {

// Commits and begins the next transaction: READ COMMITTED, whatever the session's default, since a run must see what
// others committed meanwhile. Ereports 57014 where the commit waited for a synchronous standby until it was cancelled.
// Wants the session entered and SPI connected non-atomically, and leaves them so.
void next_transaction();

// After an error, in whatever state it left the session: gives up its transaction and calls body in one that commits,
// with SPI connected and the session entered, and waits for no standby. The caller's SPI connections are gone then, so
// all that is left to do is to raise the error again. A failure of the body is reported as a WARNING.
void commit_after_error(Callback<void()> body);

// The same at the exit of the process, which nothing could interrupt: body must not wait for a lock.
void commit_at_exit(Callback<void()> body);

}  // namespace confiture

// Transactions of a procedure that commits as it goes, and what may fail inside one without ending it.
#pragma once

#include "source/connection.h"

namespace confiture {

// Commits and begins anew: READ COMMITTED, whatever the session's default, since a run looks for what others did
// meanwhile. Wants the session entered and SPI connected without atomicity; both are so again afterwards.
void next_transaction();

// Calls step(arg) in a subtransaction. Returns nullptr, or the error it ended with, in the caller's memory context.
// What is meant for the whole session (cancel, shutdown) is raised, unless it is the source's (nullptr: none takes
// part).
ErrorData *try_step(Source *from, void (*step)(void *), void *arg);

// The same with an SPI connection and a session of its own: what the body allocates goes when it ends.
ErrorData *try_body(Source *from, void (*body)(void *), void *arg);

}  // namespace confiture

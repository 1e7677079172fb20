// What may fail without ending the transaction, with a source that takes part.
#pragma once

#include "pg/callback.h"
#include "source/source.h"

namespace confiture {

// Calls step() in a subtransaction. Returns nullptr, or the error it ended with, in the caller's memory context. Errors
// that are meant for the whole session (cancel, shutdown) are raised, unless they are the source's. `source` may be
// nullptr. What the step leaves behind must live in the caller's memory context: see pg/attempt.h.
ErrorData *try_step(Source *source, Callback<void()> step);

// The same with an SPI connection and a session for the body alone: what it allocates goes when it ends.
ErrorData *try_body(Source *source, Callback<void()> body);

}  // namespace confiture

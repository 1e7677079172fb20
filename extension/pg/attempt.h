// What may fail without ending the transaction.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Calls body in a subtransaction. Returns nullptr, or the error it ended with. `is_raised` says which errors are not to
// be swallowed. Without `keeps` it is a rehearsal: what the body did is undone, and its locks are released.
//
// The error lives in the memory context of the caller. What the body leaves behind must live there too, not in that of
// an SPI connection which the body opens: that is freed when the subtransaction rolls back.
ErrorData *attempt(Callback<void()> body, Callback<bool(const ErrorData *)> is_raised, bool keeps = true);

// The same for an attempt that only cancel, shutdown and a lack of resources end: the message of the error, or nullptr.
const char *error_of(Callback<void()> body, bool keeps = true);

}  // namespace confiture

// What may fail without ending the transaction.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Calls body in a subtransaction. Returns nullptr, or the error it ended with. `is_raised` says which errors are raised
// all the same. Without `keeps` it is a rehearsal: what the body did is undone, and its locks are released.
//
// The error lives in the memory context of the caller. What the body leaves behind must live there too, not in that of
// an SPI connection which the body opens: that is freed when the subtransaction rolls back.
ErrorData *attempt(Callback<void()> body, Callback<bool(const ErrorData *)> is_raised, bool keeps = true);

// Is the error about the session or the server: cancel, shutdown, a lack of resources?
bool is_about_session(const ErrorData *error);

// Was it raised by the C function of that name, such as ProcessInterrupts, by which the server ends a statement?
bool is_raised_by(const ErrorData *error, const char *function);

// Attempts body and keeps what it did. Returns the error, or nullptr. Raises cancel, shutdown and a lack of resources.
// For callers that report the error, or its message, as a failure.
ErrorData *error_in(Callback<void()> body);
const char *error_of(Callback<void()> body);

// Rehearses body, which is undone either way, unless it `keeps` what met no objection. Returns the server's objection
// to it, or nullptr. For callers that decide by it what can be done at all; so errors that are about the moment, not
// about the body, are raised: besides those of error_of() the expiry of lock_timeout, deadlocks and serialization
// failures.
const char *objection_to(Callback<void()> body, bool keeps = false);

}  // namespace confiture

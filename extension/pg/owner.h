// Whose code runs as whom: what the owner of a table attached to it (CHECK constraints, defaults, domains, generated
// columns, index expressions, casts, triggers) runs with the owner's rights, whoever calls. Modelled on
// SwitchToUntrustedUser() of PostgreSQL 16. See docs/decisions/0014-whose-code-runs-as-whom.md.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Calls body as that role. Unless the role could SET ROLE to the caller anyway, body is a security-restricted operation
// (no SET ROLE, temporary tables, LISTEN, cursors WITH HOLD), its settings end with it, and guard_session() applies.
// Row security that is forced on the role's own tables does not apply. An error restores the caller with the end of the
// (sub)transaction.
//
// Check the caller's privileges before. Deferred triggers cannot fire inside: see check_at_once(). Set what is set with
// the caller's rights (session_replication_role) before.
void as_role(Oid role, Callback<void()> body);

// The same for the owner of a relation. Nothing changes when that is the caller.
void as_owner_of(Oid relation, Callback<void()> body);

// Until body ends, no security-restricted operation, be it of as_role() or one that the server begins by itself (CREATE
// INDEX, REFRESH, ANALYZE), leaves a temporary object behind, or takes or releases an advisory lock of the session.
void guard_session(Callback<void()> body);

// The owner of a relation. Ereports 42P01 when it is gone.
Oid owner_of(Oid relation);
// That of a function. Raises an internal error when it is gone.
Oid owner_of_function(Oid function);

// Rehearses body as the owner of a relation: what it did is undone, whether it succeeds or fails. Returns the error it
// failed with, or nullptr. Raises cancel, shutdown and a lack of resources. The error lives in the caller's memory
// context.
ErrorData *rehearse_as_owner_of(Oid relation, Callback<void()> body);

// The same, and raises every error.
void try_as_owner_of(Oid relation, Callback<void()> body);

// Where triggers of a relation or its partitions, the `tree`, may be deferred, makes all fire with each statement, for
// the rest of the transaction: deferred ones could not fire inside as_owner_of(). Wants SPI connected.
void check_at_once(List *tree);

// Called once when the library is loaded.
void install_guard();

}  // namespace confiture

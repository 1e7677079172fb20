// Calls of a function that is given raw values, with no way out for them but its result. While it runs,
//
// - no message reaches the client or the log, its errors keep their SQLSTATE alone, and its statements get no id by
// which
//   they are kept (pg_stat_statements);
// - no statement of its reads a relation or writes anything: it is in a read-only transaction and a security-restricted
//   operation;
// - it may call nothing but what the server and its extensions have, none of that VOLATILE: what sends, stores, waits,
//   locks or sets is. What they replace, none but a superuser replaces.
//
// See docs/decisions/0051-functions.md.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct ConfinedFunction;

// Makes the calls of a function of one argument. What was planned for it before is forgotten: its statements are looked
// at when they are planned and begin. Lives in the current memory context.
ConfinedFunction *make_confined(Oid function, Oid collation);

// What it gives for a value that is not NULL, as the current user. Ereports 55000 when the function is not the one that
// it was when the calls were made.
Datum call_confined(ConfinedFunction *function, Datum value, bool *is_null);

// Did call_confined() raise it? Then it quotes no value.
bool is_of_confined(const ErrorData *error);
// And because the function tried what it may not?
bool is_breakout(const ErrorData *error);

// schema.name, quoted where needed.
const char *function_name(Oid function);
// By which a function is known again: all of it but its privileges and costs. nullptr: it is gone.
const char *digest_of_function(Oid function);

// Called once when the library is loaded.
void install_confinement();

}  // namespace confiture

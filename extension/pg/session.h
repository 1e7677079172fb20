// The target session while we work in it.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Pins the settings that decide how values are read (as pg_restore does) and what our own SQL means. Returns the level
// for leave_session(), which undoes it; after an error the end of the (sub)transaction does.
int enter_session();
void leave_session(int level);

// The same of the former alone, where they are not so already: a level of 0 means that nothing is to be undone. Without
// `money` lc_monetary stays, which the type money alone looks at.
int enter_input(bool money);
void leave_input(int level);

// The commit of this transaction waits for no synchronous standby.
void commit_without_standby();

// Switches ordinary triggers, among them those of foreign keys, off until leave_session(). Only where the role may.
bool may_switch_triggers_off();
void switch_triggers_off();
// And on again, in a session that has them off.
void switch_triggers_on();

// Calls body with ordinary triggers off where the role may, throughout the transactions that body ends and begins. An
// error must end the transaction it arose in: not for atomic contexts.
void with_triggers_off(Callback<void()> body);

// Statements that change objects mean those of this server alone, also where Citus would have other nodes follow, until
// leave_on_this_node().
int enter_on_this_node();
void leave_on_this_node(int level);

// Citus reaches the shards of a node over one connection, not several, until leave_session(): a transaction that has
// changed tables over several may not change those that reference them, or that they reference.
void reach_shards_in_turn();

// Calls body with the encoding of the database as the client's, from which receive functions convert, whatever COPY's
// option ENCODING says. Messages of other code would reach the client in the wrong one: body only reads values.
void with_database_encoding(Callback<void()> body);

// Assigns a setting until the innermost level of settings (NewGUCNestLevel()) or the (sub)transaction ends. `context`:
// with whose rights.
void set_locally(const char *name, const char *value, GucContext context);

}  // namespace confiture

// The target session while we work in it.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Pins the settings that decide how values are read (as pg_restore does) and what our own SQL means. Returns the level
// for leave_session(), which undoes it; after an error the end of the (sub)transaction does.
int enter_session();
void leave_session(int level);

// The commit of this transaction waits for no synchronous standby.
void commit_without_standby();

// Switches ordinary triggers, among them those of foreign keys, off until leave_session(). Only where the role may.
bool may_switch_triggers_off();
void switch_triggers_off();

// Assigns a setting until the innermost level of settings (NewGUCNestLevel()) or the (sub)transaction ends. `context`:
// with whose rights.
void set_locally(const char *name, const char *value, GucContext context);

}  // namespace confiture

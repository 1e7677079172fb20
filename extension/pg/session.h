// The target session while we work in it.
#pragma once

namespace confiture {

// Pins the settings that decide how values are read (as pg_restore does) and what our own SQL means. Undone by
// leave_session() or, after an error, by the end of the (sub)transaction.
int enter_session();
void leave_session(int level);

// Switches ordinary triggers, among them those of foreign keys, off until leave_session(). Only where the role may.
bool may_switch_triggers_off();
void switch_triggers_off();

}  // namespace confiture

// Triggers users made on the target: silent during a load, and afterwards exactly as they were.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct UserTrigger {
  Oid relation;
  const char *relation_name;  // qualified, quoted
  const char *name;           // quoted
  const char *bare_name;      // not quoted
  char enabled;               // O, A (always), R (replica)
  Oid function;
};

// Those on the tree (list of Oid) that would fire during a load, in a session of role replica or an ordinary one
// (UserTrigger *).
List *firing_triggers(List *tree, bool replica);

// Ereports 55000 when there is one: its owner enabled it since the plan was made. The caller holds a lock that keeps
// their states as they are: RowExclusiveLock or a stronger one.
void refuse_firing_triggers(List *tree);

// ALTER TABLE ... DISABLE TRIGGER for each, and back to the very state it had. Each by name: ENABLE TRIGGER ALL would
// turn ALWAYS and disabled ones into ordinary ones.
char *trigger_statement(const UserTrigger *trigger, bool enable);
void disable_triggers(List *triggers);
void enable_triggers(List *triggers);

}  // namespace confiture

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
// (UserTrigger *). Those of `engine` (the extension that keeps the rows, nullptr: none) are not the user's.
List *firing_triggers(List *tree, bool replica, const char *engine = nullptr);

// Ereports 55000 when there is one on a relation or its partitions, the `tree`: it was enabled since the plan was made.
// The caller holds a lock on the relation that keeps its triggers as they are: RowExclusiveLock or a stronger one.
// Wants SPI connected.
void refuse_firing_triggers(List *tree, const char *engine);

// ALTER TABLE ... DISABLE TRIGGER for each, and back to the very state it had. Each by name: ENABLE TRIGGER ALL would
// turn ALWAYS and disabled ones into ordinary ones.
char *trigger_statement(const UserTrigger *trigger, bool enable);
void disable_triggers(List *triggers);
void enable_triggers(List *triggers);

}  // namespace confiture

#include "user_triggers.h"

#include "../pg/spi.h"

namespace confiture {

List *firing_triggers(List *tree, bool replica) {
  List *triggers = NIL;
  ListCell *cell;
  foreach (cell, tree) {
    Relation relation = table_open(lfirst_oid(cell), AccessShareLock);
    TriggerDesc *description = relation->trigdesc;
    for (int i = 0; description != nullptr && i < description->numtriggers; i++) {
      const Trigger *trigger = &description->triggers[i];
      bool fires = trigger->tgenabled == TRIGGER_FIRES_ALWAYS ||
                   trigger->tgenabled == (replica ? TRIGGER_FIRES_ON_REPLICA : TRIGGER_FIRES_ON_ORIGIN);
      if (trigger->tgisinternal || !fires) continue;
      user_trigger *found = static_cast<user_trigger *>(palloc(sizeof(user_trigger)));
      found->relation = RelationGetRelid(relation);
      found->relation_name = qualified_name(found->relation);
      found->name = quote_identifier(pstrdup(trigger->tgname));
      found->enabled = trigger->tgenabled;
      triggers = lappend(triggers, found);
    }
    table_close(relation, AccessShareLock);
  }
  return triggers;
}

static void alter_triggers(List *triggers, bool enable) {
  ListCell *cell;
  foreach (cell, triggers) {
    const user_trigger *trigger = static_cast<user_trigger *>(lfirst(cell));
    const char *action = !enable                                        ? "DISABLE"
                         : trigger->enabled == TRIGGER_FIRES_ALWAYS     ? "ENABLE ALWAYS"
                         : trigger->enabled == TRIGGER_FIRES_ON_REPLICA ? "ENABLE REPLICA"
                                                                        : "ENABLE";
    spi_run(psprintf("ALTER TABLE ONLY %s %s TRIGGER %s", trigger->relation_name, action, trigger->name));
  }
}

void disable_triggers(List *triggers) { alter_triggers(triggers, false); }
void enable_triggers(List *triggers) { alter_triggers(triggers, true); }

}  // namespace confiture

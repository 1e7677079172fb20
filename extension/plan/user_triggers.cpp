#include "plan/user_triggers.h"

#include "pg/spi.h"

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
      UserTrigger *found = static_cast<UserTrigger *>(palloc(sizeof(UserTrigger)));
      found->relation = RelationGetRelid(relation);
      found->relation_name = qualified_name(found->relation);
      found->bare_name = pstrdup(trigger->tgname);
      found->name = quote_identifier(found->bare_name);
      found->enabled = trigger->tgenabled;
      triggers = lappend(triggers, found);
    }
    table_close(relation, AccessShareLock);
  }
  return triggers;
}

char *trigger_statement(const UserTrigger *trigger, bool enable) {
  const char *action = !enable                                        ? "DISABLE"
                       : trigger->enabled == TRIGGER_FIRES_ALWAYS     ? "ENABLE ALWAYS"
                       : trigger->enabled == TRIGGER_FIRES_ON_REPLICA ? "ENABLE REPLICA"
                                                                      : "ENABLE";
  return psprintf("ALTER TABLE ONLY %s %s TRIGGER %s", trigger->relation_name, action, trigger->name);
}

static void alter_triggers(List *triggers, bool enable) {
  ListCell *cell;
  foreach (cell, triggers) old_spi_run(trigger_statement(static_cast<UserTrigger *>(lfirst(cell)), enable));
}

void disable_triggers(List *triggers) { alter_triggers(triggers, false); }
void enable_triggers(List *triggers) { alter_triggers(triggers, true); }

}  // namespace confiture

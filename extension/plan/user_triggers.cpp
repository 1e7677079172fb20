#include "plan/user_triggers.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/spi.h"

namespace confiture {

List *firing_triggers(List *tree, bool replica) {
  char fires_in_role = replica ? TRIGGER_FIRES_ON_REPLICA : TRIGGER_FIRES_ON_ORIGIN;
  List *triggers = NIL;
  for (Oid oid : each_oid(tree)) {
    Relation relation = table_open(oid, AccessShareLock);
    const TriggerDesc *description = relation->trigdesc;
    for (int i = 0; description != nullptr && i < description->numtriggers; i++) {
      const Trigger *trigger = &description->triggers[i];
      bool fires = trigger->tgenabled == TRIGGER_FIRES_ALWAYS || trigger->tgenabled == fires_in_role;
      if (trigger->tgisinternal || !fires) continue;
      const char *name = pstrdup(trigger->tgname);
      triggers = append(triggers, make<UserTrigger>({
                                      .relation = oid,
                                      .relation_name = qualified_name(oid),
                                      .name = quote_identifier(name),
                                      .bare_name = name,
                                      .enabled = trigger->tgenabled,
                                  }));
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
  for (const UserTrigger *trigger : each<UserTrigger>(triggers)) spi_run(trigger_statement(trigger, enable));
}

void disable_triggers(List *triggers) { alter_triggers(triggers, false); }
void enable_triggers(List *triggers) { alter_triggers(triggers, true); }

}  // namespace confiture

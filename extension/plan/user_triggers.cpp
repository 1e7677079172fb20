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
                                      .function = trigger->tgfoid,
                                  }));
    }
    table_close(relation, AccessShareLock);
  }
  return triggers;
}

void refuse_firing_triggers(List *tree) {
  List *triggers = firing_triggers(tree, SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA);
  if (triggers == NIL) return;
  const UserTrigger *trigger = static_cast<const UserTrigger *>(linitial(triggers));
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("trigger %s of %s was enabled or created after the plan was made", trigger->name,
                         trigger->relation_name),
                  errhint("Disable it until the rows are loaded, with %s.", trigger_statement(trigger, false))));
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

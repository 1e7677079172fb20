#include "plan/user_triggers.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/relations.h"
#include "pg/spi.h"

namespace confiture {

static bool is_of_engine(Oid function, const char *engine) {
  if (engine == nullptr) return false;
  Oid extension = getExtensionOfObject(ProcedureRelationId, function);
  return OidIsValid(extension) && strcmp(get_extension_name(extension), engine) == 0;
}

List *firing_triggers(List *tree, bool replica, const char *engine) {
  char fires_in_role = replica ? TRIGGER_FIRES_ON_REPLICA : TRIGGER_FIRES_ON_ORIGIN;
  List *triggers = NIL;
  for (Oid oid : each_oid(tree)) {
    Relation relation = table_open(oid, AccessShareLock);
    const TriggerDesc *description = relation->trigdesc;
    for (int i = 0; description != nullptr && i < description->numtriggers; i++) {
      const Trigger *trigger = &description->triggers[i];
      bool fires = trigger->tgenabled == TRIGGER_FIRES_ALWAYS || trigger->tgenabled == fires_in_role;
      if (trigger->tgisinternal || !fires || is_of_engine(trigger->tgfoid, engine)) continue;
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

static const char firing_query[] = R"(
    SELECT format('%I', g.tgname), format('%I.%I', n.nspname, c.relname)
    FROM pg_trigger g
    JOIN pg_class c ON c.oid = g.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE g.tgrelid = ANY ($1)
      AND NOT g.tgisinternal
      AND g.tgenabled IN ('A', CASE WHEN $2 THEN 'R' ELSE 'O' END)
      AND NOT EXISTS (
        SELECT FROM pg_depend d
        JOIN pg_extension e ON e.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = g.tgfoid AND d.deptype = 'e' AND e.extname = $3)
    ORDER BY c.oid, g.tgname
    LIMIT 1
    )";

[[noreturn]] static void raise_firing(const char *name, const char *table) {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("trigger %s of %s was enabled or created after the plan was made", name, table),
                  errhint("Disable it until the rows are loaded: ALTER TABLE %s DISABLE TRIGGER %s;", table, name)));
}

void refuse_firing_triggers(List *tree, const char *engine) {
  Oid relation = linitial_oid(tree);
  if (!may_have_triggers(relation)) return;
  bool is_replica = engine == nullptr && SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  if (get_rel_relkind(relation) != RELKIND_PARTITIONED_TABLE) {
    for (const UserTrigger *trigger : each<UserTrigger>(firing_triggers(list_make1_oid(relation), is_replica, engine)))
      raise_firing(trigger->name, trigger->relation_name);
    return;
  }
  List *suspects = with_triggers(tree);
  if (suspects == NIL) return;
  Rows rows = spi_run_latest(firing_query, {arg_oids(suspects), arg(is_replica), arg(engine)});
  if (rows.is_empty()) return;
  Row row = rows.first();
  const char *name = row.next<const char *>();
  raise_firing(name, row.next<const char *>());
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

// The part of the plan about the target: may the caller load it, how is it emptied, which triggers and foreign keys
// matter?
#include "pg/attempt.h"
#include "pg/list.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "pg/spi.h"
#include "plan/declared.h"
#include "plan/engine.h"
#include "plan/plan.h"
#include "plan/user_triggers.h"

namespace confiture {

static void warn(SyncPlan *plan, const char *text) { plan->warnings = append(plan->warnings, text); }

static void require(SyncPlan *plan, AclMode privilege, const char *name) {
  if (pg_class_aclcheck(plan->request.relation, GetUserId(), privilege) != ACLCHECK_OK)
    add_problem(plan, nullptr, psprintf("you lack the privilege %s on it", name),
                grant_statement(name, plan->relation_name));
}

static void check_privileges(SyncPlan *plan) {
  require(plan, ACL_INSERT, "INSERT");
  if (plan->request.mode == LoadMode::replace)
    require(plan, plan->by_delete ? ACL_DELETE : ACL_TRUNCATE, plan->by_delete ? "DELETE" : "TRUNCATE");
  if (plan->request.mode == LoadMode::upsert) {
    require(plan, ACL_SELECT, "SELECT");
    require(plan, ACL_UPDATE, "UPDATE");
    if (plan->loader != Loader::insert && !may_make_temporary(GetUserId()))
      add_problem(plan, nullptr, "you lack the privilege TEMPORARY on the database, which mode upsert needs",
                  psprintf("GRANT TEMPORARY ON DATABASE %s TO %s;", quote_identifier(get_database_name(MyDatabaseId)),
                           quoted_caller()));
  }
}

void check_replica_identity(SyncPlan *plan, List *tree, CmdType command) {
  for (Oid oid : each_oid(tree)) {
    if (get_rel_relkind(oid) != RELKIND_RELATION) continue;
    const char *objection = objection_to([&] {
      Relation relation = table_open(oid, AccessShareLock);
      CheckCmdReplicaIdentity(relation, command);
      table_close(relation, AccessShareLock);
    });
    if (objection == nullptr) continue;
    const char *name = qualified_name(oid);
    add_problem(plan, nullptr, objection,
                psprintf("ALTER TABLE %s REPLICA IDENTITY FULL; -- or take it out of the publication", name));
  }
}

static void check_kind(SyncPlan *plan, Relation target) {
  // COPY writes past row security, as it does for the owner; others may not.
  if (check_enable_rls(RelationGetRelid(target), InvalidOid, true) == RLS_ENABLED)
    add_problem(plan, nullptr, "row-level security applies to you here, and a load cannot obey it");
  if (IsCatalogRelation(target) || RelationGetNamespace(target) == get_namespace_oid("confiture", true))
    add_problem(plan, nullptr, "tables of the system and of confiture itself are not synced");
  if (RELATION_IS_OTHER_TEMP(target)) add_problem(plan, nullptr, "it is a temporary table of another session");
}

static bool is_view(const SyncPlan *plan) { return get_rel_relkind(plan->request.relation) == RELKIND_VIEW; }

static const char *engine_name(const SyncPlan *plan) { return plan->engine != nullptr ? plan->engine->name : nullptr; }

// What would keep a DELETE, an UPDATE or an INSERT that is no COPY from doing what it says.
static void check_rewrites(SyncPlan *plan, Relation target) {
  bool upserts = plan->request.mode == LoadMode::upsert;
  if (!plan->by_delete && !upserts) return;
  int own_rules = is_view(plan) ? 1 : 0;
  if (target->rd_rules != nullptr && target->rd_rules->numLocks > own_rules)
    add_problem(plan, nullptr, "it has rewrite rules, which would change what a DELETE or INSERT does");
  check_replica_identity(plan, plan->tree, upserts ? CMD_UPDATE : CMD_DELETE);
}

void plan_deletion(SyncPlan *plan) {
  plan->by_delete = true;
  require(plan, ACL_DELETE, "DELETE");
  Relation target = table_open(plan->request.relation, AccessShareLock);
  check_rewrites(plan, target);
  table_close(target, AccessShareLock);
}

// SET CONSTRAINTS means all constraints of a name in a schema, and will not defer any when one of them is not
// deferrable.
static void find_deferrable(SyncPlan *plan) {
  static const char sql[] = R"(
    SELECT string_agg(name, ', '), string_agg(name, ', ') FILTER (WHERE condeferred)
    FROM (
      SELECT format('%I.%I', n.nspname, c.conname) AS name,
        bool_or(c.condeferred) AND NOT EXISTS (
          SELECT FROM pg_constraint o
          WHERE o.connamespace = n.oid AND o.conname = c.conname AND NOT o.condeferrable) AS condeferred
      FROM pg_constraint c
      JOIN pg_namespace n ON n.oid = c.connamespace
      WHERE c.condeferrable
        AND (c.contype IN ('f', 'p', 'u', 'x') OR c.contype = 't' AND $2)
        AND (c.conrelid = ANY ($1) OR c.confrelid = ANY ($1))
      GROUP BY n.oid, n.nspname, c.conname) c)";
  Row row = spi_run(sql, {arg_oids(plan->tree), arg(plan->request.triggers)}).first();
  plan->deferrable = row.next<const char *>();
  plan->deferred = row.next<const char *>();
}

static List *key_columns(Relation target) {
  Oid key = primary_key_index(target);
  if (!OidIsValid(key)) return NIL;
  List *names = NIL;
  Relation index = index_open(key, AccessShareLock);
  for (int i = 0; i < index->rd_index->indnkeyatts && !index->rd_index->indisexclusion; i++) {
    AttrNumber number = index->rd_index->indkey.values[i];
    names = append(names, pstrdup(NameStr(TupleDescAttr(RelationGetDescr(target), number - 1)->attname)));
  }
  index_close(index, AccessShareLock);
  return names;
}

// Of a table without columns to find rows by. ON CONFLICT takes neither a deferrable index nor one of exclusion.
static const char *key_objection(Relation target) {
  const char *objection = "mode upsert needs a primary key, and it has none";
  for (Oid oid : each_oid(RelationGetIndexList(target))) {
    Relation index = index_open(oid, AccessShareLock);
    if (index->rd_index->indisprimary && !index->rd_index->indimmediate)
      objection = "mode upsert finds rows by the primary key, which it cannot as that is deferrable";
    else if (index->rd_index->indisprimary && index->rd_index->indisexclusion)
      objection = "mode upsert finds rows by the primary key, which it cannot as that is WITHOUT OVERLAPS";
    index_close(index, AccessShareLock);
  }
  return objection;
}

// An upsert finds its rows by the primary key, so all of it must travel.
static void check_upsert(SyncPlan *plan, Relation target) {
  plan->key_columns = key_columns(target);
  if (plan->key_columns == NIL)
    return add_problem(plan, nullptr, key_objection(target),
                       plan->request.in_run
                           ? "-- exclude it, or give it a primary key that is neither deferrable nor WITHOUT OVERLAPS"
                           : nullptr);
  for (const char *name : each_text(plan->key_columns)) {
    bool travels = list_member_ptr(wire_columns(plan), find_column(plan, name));
    if (!travels && plan->problems == NIL)
      add_problem(plan, name, "is part of the primary key, so mode upsert must load it");
  }
}

// Without the right to switch triggers off, foreign keys from other tables see the rows leave: refused where that would
// fail, or cascade silently.
static void check_inbound(SyncPlan *plan) {
  if (plan->request.mode != LoadMode::replace || plan->triggers_off) return;
  for (const ForeignKey *key : each<ForeignKey>(plan->foreign_keys)) {
    if (!key->is_referenced) continue;
    if (!may_read(key->referencing))
      add_problem(plan, nullptr,
                  psprintf("%s references it (foreign key %s), and you may not read who does", key->referencing_name,
                           key->name),
                  grant_statement("SELECT", key->referencing_name));
    else if (has_references(key))
      add_problem(plan, nullptr,
                  psprintf("rows of %s reference it (foreign key %s), so it cannot be emptied with triggers on",
                           key->referencing_name, key->name),
                  psprintf("%s -- or use mode => 'upsert'", grant_trigger_switch_statement()));
  }
}

// Triggers fire with the rights of the table's owner. A caller without these must not get them through a function of
// another role, which may be the caller, who may have been granted TRIGGER.
static void check_fired_triggers(SyncPlan *plan) {
  Oid owner = owner_of(plan->request.relation);
  if (may_become(GetUserId(), owner)) return;
  bool is_replica = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  for (const UserTrigger *trigger : each<UserTrigger>(firing_triggers(plan->tree, is_replica, engine_name(plan)))) {
    Oid role = owner_of_function(trigger->function);
    if (may_become(role, owner)) continue;
    add_problem(
        plan, nullptr,
        psprintf("trigger %s of %s would run a function of role %s with the rights of the table's owner", trigger->name,
                 trigger->relation_name, quote_identifier(GetUserNameFromId(role, false))),
        psprintf("-- as its owner or a superuser: ALTER FUNCTION %s OWNER TO %s;",
                 format_procedure_qualified(trigger->function), quote_identifier(GetUserNameFromId(owner, false))));
  }
}

// Engines do not let triggers be switched off.
static void refuse_user_triggers(SyncPlan *plan) {
  for (const UserTrigger *trigger : each<UserTrigger>(firing_triggers(plan->tree, false, engine_name(plan))))
    add_problem(plan, nullptr,
                psprintf("trigger %s of %s would fire, and cannot be switched off where an extension keeps the rows",
                         trigger->name, trigger->relation_name),
                psprintf("DROP TRIGGER %s ON %s; -- and create it again after the sync%s", trigger->name,
                         trigger->relation_name, plan->request.in_run ? "" : ", or pass triggers => true"));
}

static void check_triggers(SyncPlan *plan) {
  // Those of a view are how it takes rows.
  if (plan->request.triggers || is_view(plan)) return check_fired_triggers(plan);
  bool is_replica = plan->triggers_off || SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  if (plan->engine != nullptr) return refuse_user_triggers(plan);
  plan->firing_triggers = firing_triggers(plan->tree, is_replica);
  for (const UserTrigger *trigger : each<UserTrigger>(plan->firing_triggers))
    if (!owns_relation(trigger->relation, GetUserId()))
      add_problem(plan, nullptr,
                  psprintf("trigger %s of %s would fire, and only the owner may disable it", trigger->name,
                           trigger->relation_name),
                  plan->request.in_run ? nullptr : "-- pass triggers => true to let it fire");
}

// Multi-row inserts are what makes COPY fast; these take them away.
static void warn_slow(SyncPlan *plan, Relation target) {
  const TriggerDesc *triggers = target->trigdesc;
  if (plan->request.triggers && triggers != nullptr &&
      (triggers->trig_insert_before_row || triggers->trig_insert_instead_row))
    warn(plan, "a BEFORE ROW trigger fires for every row: the load goes row by row");
  bool has_outbound = false;
  for (const ForeignKey *key : each<ForeignKey>(plan->foreign_keys)) has_outbound |= !key->is_inbound;
  if (has_outbound && !plan->triggers_off)
    warn(plan,
         "foreign keys are checked row by row, because triggers stay on: this costs several times the load itself; "
         "GRANT SET ON PARAMETER session_replication_role makes it one join at the end");
}

// Must the server's own triggers check the keys? An anti-join cannot tell rows that were wrong before (NOT VALID), nor
// follow a PERIOD, nor read what the caller may not. An engine's own triggers are ordinary ones.
static bool needs_server_checks(const SyncPlan *plan) {
  if (plan->engine != nullptr || is_view(plan)) return true;
  if (has_deferrable_index(plan->tree)) return true;
  for (const ForeignKey *key : each<ForeignKey>(plan->foreign_keys))
    if (key->is_temporal || !can_be_joined(key) ||
        (!key->is_inbound && !key->is_validated && plan->request.mode != LoadMode::replace))
      return true;
  return false;
}

static bool is_referenced(const SyncPlan *plan) {
  for (const ForeignKey *key : each<ForeignKey>(plan->foreign_keys))
    if (key->is_referenced) return true;
  return false;
}

void plan_target(SyncPlan *plan, Relation target) {
  check_kind(plan, target);
  if (plan->request.only_read) return require(plan, ACL_SELECT, "SELECT");
  choose_loader(plan, target);
  if (plan->request.in_run) {
    plan->triggers_off = may_switch_triggers_off() && plan->engine == nullptr;
    check_privileges(plan);
    if (plan->request.mode == LoadMode::upsert) {
      check_rewrites(plan, target);
      check_upsert(plan, target);
    }
    choose_heap_loader(plan, target);
    check_functions_loader(plan);
    return check_triggers(plan);
  }
  plan->foreign_keys = load_foreign_keys(plan->tree);
  plan->declared_keys = load_declared_keys(plan->tree);
  plan->problems = list_concat(plan->problems, problems_of_declared(plan->declared_keys));
  bool keeps_triggers = needs_server_checks(plan);
  plan->triggers_off = may_switch_triggers_off() && !plan->request.triggers && !keeps_triggers;
  plan->by_delete |= is_referenced(plan) && plan->request.mode == LoadMode::replace;
  if (is_referenced(plan) && plan->by_delete)
    warn(plan, "other tables reference it, so it is emptied by DELETE, not TRUNCATE");
  if (!plan->triggers_off) find_deferrable(plan);
  if (keeps_triggers && SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA)
    add_problem(plan, nullptr,
                plan->loader == Loader::insert
                    ? "its rows are kept by means of triggers, which this session silences"
                    : "its deferrable or foreign keys are for triggers to check, which this session silences",
                "SET session_replication_role = origin;");
  check_privileges(plan);
  check_rewrites(plan, target);
  if (plan->request.mode == LoadMode::upsert) check_upsert(plan, target);
  check_inbound(plan);
  choose_heap_loader(plan, target);
  check_functions_loader(plan);
  check_triggers(plan);
  warn_slow(plan, target);
}

}  // namespace confiture

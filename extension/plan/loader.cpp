// The part of the plan about the loader: how rows get into the target, and old ones out of it.
#include "pg/list.h"
#include "pg/relations.h"
#include "plan/plan.h"

namespace confiture {

static void insert_because(SyncPlan *plan, const char *why) {
  plan->loader = Loader::insert;
  plan->warnings = append(plan->warnings, psprintf("loaded by INSERT: %s", why));
  if (wire_columns(plan) == NIL && plan->problems == NIL)
    add_problem(plan, nullptr, psprintf("%s, and no column is left to INSERT", why));
}

static void refuse_upsert(SyncPlan *plan, const char *what) {
  if (plan->request.mode == LoadMode::upsert)
    add_problem(plan, nullptr, psprintf("%s takes no mode upsert (INSERT ... ON CONFLICT DO UPDATE)", what));
}

// ---- foreign tables

static bool takes_inserts(Relation foreign) {
  const FdwRoutine *wrapper = GetFdwRoutineForRelation(foreign, false);
  if (wrapper->ExecForeignInsert == nullptr) return false;
  return wrapper->IsForeignRelUpdatable == nullptr ||
         (wrapper->IsForeignRelUpdatable(foreign) & (1 << CMD_INSERT)) != 0;
}

// Is it a foreign table that rows go into? Its wrapper is asked, which connects nowhere.
static bool takes_inserts(Oid relation) {
  Relation foreign = table_open(relation, AccessShareLock);
  bool takes = takes_inserts(foreign);
  table_close(foreign, NoLock);
  return takes;
}

// `relation`: the target or a partition.
static void check_foreign(SyncPlan *plan, Oid relation) {
  const char *name = qualified_name(relation);
  if (!takes_inserts(relation))
    return add_problem(plan, nullptr, psprintf("its partition %s is a foreign table that takes no INSERT", name));
  refuse_upsert(plan, psprintf("the foreign table %s", name));
  // postgres_fdw commits on the other server a moment before we do.
  if (plan->request.in_run)
    return add_problem(
        plan, nullptr,
        psprintf("its partition %s is a foreign table, whose rows would not commit together with a run's "
                 "checkpoints",
                 name),
        "-- exclude it, and load it with confiture.sync_table()");
  const FdwRoutine *wrapper = GetFdwRoutineByRelId(relation);
  if (plan->request.mode != LoadMode::replace || wrapper->ExecForeignTruncate != nullptr) return;
  plan->by_delete = true;
  if (wrapper->ExecForeignDelete == nullptr)
    add_problem(plan, nullptr, psprintf("the foreign table %s takes neither TRUNCATE nor DELETE", name),
                "-- pass mode => 'append'");
}

static void check_foreign_parts(SyncPlan *plan) {
  Oid first = InvalidOid;
  for (Oid relation : each_oid(plan->tree)) {
    if (get_rel_relkind(relation) != RELKIND_FOREIGN_TABLE) continue;
    check_foreign(plan, relation);
    if (!OidIsValid(first)) first = relation;
  }
  if (!OidIsValid(first)) return;
  bool is_target = first == plan->request.relation;
  insert_because(plan, is_target ? "it is a foreign table"
                                 : psprintf("its partition %s is a foreign table", qualified_name(first)));
}

// ---- views

static bool has_instead_of_insert(Relation view) {
  return view->trigdesc != nullptr && view->trigdesc->trig_insert_instead_row;
}

static void check_view(SyncPlan *plan, Relation view) {
  insert_because(plan, "it is a view, whose INSTEAD OF triggers take the rows");
  refuse_upsert(plan, "a view with INSTEAD OF triggers");
  if (view->rd_rules != nullptr && view->rd_rules->numLocks > 1)
    add_problem(plan, nullptr, "it has rewrite rules, which would change what INSERT does");
  if (plan->request.mode != LoadMode::replace) return;
  plan->by_delete = true;
  if (!view->trigdesc->trig_delete_instead_row)
    add_problem(plan, nullptr, "it has no INSTEAD OF DELETE trigger, so that it cannot be emptied",
                "-- pass mode => 'append', or create one");
}

const char *why_no_target(Oid oid) {
  const char *other = other_kind(oid);
  char kind = get_rel_relkind(oid);
  if (kind == RELKIND_FOREIGN_TABLE) return takes_inserts(oid) ? nullptr : "a foreign table that takes no INSERT";
  if (kind != RELKIND_VIEW) return other;
  Relation view = table_open(oid, AccessShareLock);
  bool takes = has_instead_of_insert(view);
  table_close(view, NoLock);
  return takes ? nullptr : "a view without an INSTEAD OF INSERT trigger";
}

// ---------------------------------------------------------------------------------------------------------------

// COPY FROM would bring rows where no query finds them, and old ones would stay.
static void check_engine(SyncPlan *plan, Relation target) {
  plan->engine = find_engine(target);
  if (plan->engine == nullptr) return;
  if (plan->engine->takes_inserts) return insert_because(plan, plan->engine->text);
  add_problem(plan, nullptr, psprintf("%s, and a load would write past it", plan->engine->text),
              "-- sync the table that it is a part of");
}

// ---- ordinary tables

// The rows of an upsert go into a table without triggers and defaults first.
static const char *why_not_tuples(const SyncPlan *plan, Relation target) {
  if (plan->request.mode == LoadMode::upsert) return nullptr;
  List *columns = NIL;
  for (const PlanColumn *column : each<PlanColumn>(wire_columns(plan))) columns = append(columns, column->name);
  // Users' triggers are disabled before the load. A run sets aside foreign keys and what is deferrable too.
  FiringTriggers firing = plan->request.in_run     ? FiringTriggers::none
                          : plan->request.triggers ? FiringTriggers::all
                                                   : FiringTriggers::internal;
  bool silent = plan->triggers_off || SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
  return why_not_tuples(target, columns, firing, silent);
}

void choose_heap_loader(SyncPlan *plan, Relation target) {
  if (plan->loader == Loader::insert || plan->request.loader == LoaderChoice::copy) return;
  const char *reason = why_not_tuples(plan, target);
  if (reason == nullptr) {
    plan->loader = Loader::tuples;
  } else if (plan->request.loader == LoaderChoice::tuples) {
    add_problem(plan, nullptr, psprintf("the loader tuples cannot load it: %s", reason), "-- pass loader => 'auto'");
  } else {
    plan->warnings = append(plan->warnings, psprintf("loaded by COPY FROM: %s", reason));
  }
}

void choose_loader(SyncPlan *plan, Relation target) {
  char kind = target->rd_rel->relkind;
  if (kind == RELKIND_VIEW) return check_view(plan, target);
  if (kind != RELKIND_FOREIGN_TABLE) check_engine(plan, target);
  if (plan->engine == nullptr) check_foreign_parts(plan);
}

}  // namespace confiture

// The part of the plan of a run about foreign keys: which of them are taken off their tables, and whether the role may
// do what is to be done about rows that violate one.
#include "pg/by_oid.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/session.h"
#include "plan/declared.h"
#include "run/empty_tables.h"
#include "run/foreign_keys.h"
#include "run/plan.h"
#include "set_aside/set_aside.h"

namespace confiture {

// A relation whose rows may be changed at the end.
struct Changed {
  SyncPlan *plan;
  bool is_checked;
};

static ByOid<Changed> changed_relations(const RunPlan *plan) {
  ByOid<Changed> relations = make_by_oid<Changed>(list_length(plan->trees));
  for (SyncPlan *table : each<SyncPlan>(plans_of(plan)))
    for (Oid relation : each_oid(table->tree)) add(&relations, relation, make<Changed>({table, false}));
  sort(&relations);
  return relations;
}

// Rows that reference nothing are deleted or changed at the very end: too late to find that the role may not.
static void check_remedies(RunPlan *plan, const RunOptions *options, List *keys) {
  bool deletes = options->on_violation == FkViolation::remove;
  if (!deletes && options->on_violation != FkViolation::set_null) return;
  const char *privilege = deletes ? "DELETE" : "UPDATE";
  const ByOid<Changed> relations = changed_relations(plan);
  for (const ForeignKey *key : each<ForeignKey>(keys)) {
    Changed *changed = find(&relations, key->referencing);
    if (changed == nullptr || changed->is_checked) continue;
    changed->is_checked = true;
    check_replica_identity(changed->plan, changed->plan->tree, deletes ? CMD_DELETE : CMD_UPDATE);
    if (may_remedy(key, options->on_violation)) continue;
    add_run_problem(
        plan,
        psprintf("%s: you lack the privilege %s on it, which on_fk_violation needs", key->referencing_name, privilege),
        grant_statement(privilege, key->referencing_name));
  }
}

// The trees (Oids) of tables whose rows an extension keeps.
static List *kept_trees(const RunPlan *plan) {
  List *trees = NIL;
  for (const RunTable *table : each<RunTable>(plan->tables))
    if (table->plan->engine != nullptr) trees = list_concat(trees, table->plan->tree);
  return trees;
}

// Is an extension concerned, whose triggers stay on? One transaction takes the keys off and empties the tables, and on
// the nodes of Citus does so as their owner; as two it would wait for itself.
static bool is_of_engine(RunPlan *plan, List *kept, const ForeignKey *key) {
  bool is_referencing = list_member_oid(kept, key->referencing), is_referenced = list_member_oid(kept, key->referenced);
  if (is_referencing && is_referenced && owner_of(key->referencing) != owner_of(key->referenced))
    add_run_problem(
        plan,
        psprintf("foreign key %s of %s references a table of another owner, and an extension keeps the rows "
                 "of both",
                 key->name, key->referencing_name),
        "-- give both tables one owner, or load them with confiture.sync_table()");
  return is_referencing || is_referenced;
}

// Indexes are rebuilt where tables are truncated, which no key of another table allows, and where no key needs them:
// primary keys stay.
static bool is_in_way_of_indexes(const ForeignKey *key) { return key->is_inbound || !key->references_key; }

// Triggers that stay on would check every row, and refuse those that come before what they reference; an anti-join
// cannot follow a PERIOD, nor read what the caller may not.
void plan_foreign_keys(RunPlan *plan, const RunOptions *options) {
  bool needs_server = !may_switch_triggers_off();
  List *keys = plan->foreign_keys = load_foreign_keys(plan->trees), *kept = kept_trees(plan), *staying = NIL;
  List *declared = load_declared_keys(plan->trees);
  plan->problems = list_concat(plan->problems, problems_of_declared(declared));
  check_remedies(plan, options, list_concat(list_copy(keys), declared));
  for (const ForeignKey *key : each<ForeignKey>(keys))
    needs_server |= key->is_temporal || is_of_engine(plan, kept, key) || !can_be_joined(key);
  if (needs_server) plan->problems = list_concat(plan->problems, foreign_key_problems(plan->trees));
  for (const ForeignKey *key : each<ForeignKey>(keys)) {
    bool goes = needs_server || (options->rebuild_indexes && is_in_way_of_indexes(key));
    List **list = goes ? &plan->keys_aside : &staying;
    *list = append(*list, key);
  }
  if (!needs_server && options->mode == LoadMode::replace) plan_deletions(plans_of(plan), staying);
  if (!options->rebuild_indexes) return;
  for (const RunTable *table : each<RunTable>(plan->tables)) check_indexes_to_set_aside(table->plan);
}

}  // namespace confiture

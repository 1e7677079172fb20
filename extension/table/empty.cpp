#include "table/empty.h"

#include "pg/list.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "pg/spi.h"
#include "plan/user_triggers.h"
#include "source/error.h"

namespace confiture {

// The children of a table by inheritance are tables in their own right, and keep their rows. Where there are none the
// name means the same without ONLY, and an engine that keeps the rows elsewhere gets to see the query.
static const char *only_with_children(const SyncPlan *plan) {
  Oid relation = plan->request.relation;
  return plan->engine == nullptr && get_rel_relkind(relation) == RELKIND_RELATION && has_subclass(relation) ? "ONLY "
                                                                                                            : "";
}

const char *rows_to_replace(const SyncPlan *plan) {
  Oid relation = plan->request.relation;
  if (!plan->request.in_run || !OidIsValid(getExtensionOfObject(RelationRelationId, relation))) return nullptr;
  Rows rows = spi_run(R"(
      SELECT nullif(regexp_replace(u.condition, '^\s*WHERE', '', 'i'), '')
      FROM pg_extension e
      CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) u(relation, condition)
      WHERE u.relation = $1
      )",
                      {arg(relation)});
  return rows.is_empty() ? nullptr : rows.first().next<const char *>();
}

// The second look, after the one in the plan: rows that are still there would be mixed with the new ones, raw perhaps.
static void refuse_left_rows(const SyncPlan *plan, const char *command) {
  Oid relation = plan->request.relation;
  bool may_be_filled = plan->request.triggers;  // by a trigger of the user's
  if (may_be_filled || !may_read(relation)) return;
  const char *condition = rows_to_replace(plan);
  const char *sql = psprintf("SELECT 1 FROM %s%s WHERE (%s\n) LIMIT 1", only_with_children(plan), plan->relation_name,
                             condition != nullptr ? condition : "true");
  bool is_empty = true;
  // Planning it evaluates constants of index expressions.
  as_owner_of(relation, [&] { is_empty = run_withholding_values(plan->relation_name, sql, true).is_empty(); });
  if (!is_empty)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("%s still has rows after %s", plan->relation_name, command),
                    errdetail("Something other than the table itself keeps its rows."),
                    errhint("Load an ordinary table of the same columns instead.")));
}

// An engine keeps rows in children and elsewhere: ONLY would not mean them.
static char *rows_of(const SyncPlan *plan) {
  const char *only = plan->engine == nullptr ? only_itself(get_rel_relkind(plan->request.relation)) : "";
  return psprintf("%s%s", only, plan->relation_name);
}

static const char *engine_name(const SyncPlan *plan) { return plan->engine != nullptr ? plan->engine->name : nullptr; }

// Without a trigger that fires, TRUNCATE runs no code of the tables' owners, of whom there may be many.
static void lock_silent(const SyncPlan *plan) {
  require_privileges(plan->request.relation, ACL_TRUNCATE);
  block_writers(plan->request.relation, AccessExclusiveLock);
  if (!plan->request.triggers)
    refuse_firing_triggers(partition_tree(plan->request.relation, NoLock), engine_name(plan));
}

static void truncate_together(List *plans) {
  StringInfoData names;
  initStringInfo(&names);
  for (const SyncPlan *plan : each<SyncPlan>(plans))
    appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", rows_of(plan));
  const SyncPlan *first = static_cast<SyncPlan *>(linitial(plans));
  const char *sql = psprintf("TRUNCATE %s", names.data);
  // TRUNCATE looks at no row, so its errors quote none; what a user's trigger raises may, and what other nodes say.
  // Triggers fire only in the call for one table, and run as its owner.
  if (first->request.triggers || (first->loader == Loader::insert && first->engine == nullptr))
    as_owner_of(first->request.relation, [&] { run_withholding_values(first->relation_name, sql); });
  else if (first->engine != nullptr)
    as_engine_wants(first->request.relation, InvalidOid, [&] { run_withholding_values(first->relation_name, sql); });
  else
    spi_run(sql);
}

// Of plans whose rows are on other nodes, those of one owner go together, who also loads them: another role's
// connection would wait for this one's. All others do.
static bool go_together(const SyncPlan *plan, const SyncPlan *other) {
  bool by_insert = plan->loader == Loader::insert;
  if (by_insert != (other->loader == Loader::insert) || (plan->engine == nullptr) != (other->engine == nullptr))
    return false;
  if (!by_insert) return true;
  return owner_of(plan->request.relation) == owner_of(other->request.relation);
}

static bool has_no_block(Oid relation) {
  Relation table = table_open(relation, NoLock);
  bool is_heap = table->rd_rel->relkind == RELKIND_RELATION && table->rd_tableam == GetHeapamTableAmRoutine();
  bool is_empty = is_heap && RelationGetNumberOfBlocks(table) == 0;
  // TRUNCATE wants tables together with those that reference them, and subscribers get to know of it.
  bool has_followers = RelationGetFKeyList(table) != NIL || RelationIsLogicallyLogged(table);
  table_close(table, NoLock);
  return is_empty && !has_followers;
}

// To make and remove files takes longer than all else that a run does with a table without rows.
static bool may_stay(const SyncPlan *plan) {
  bool is_plain = plan->engine == nullptr && plan->loader != Loader::insert && !plan->request.triggers;
  return is_plain && has_no_block(plan->request.relation);
}

void truncate_targets(List *plans, bool wants_files) {
  List *left = NIL;
  for (SyncPlan *plan : each<SyncPlan>(plans)) {
    lock_silent(plan);
    if (wants_files || !may_stay(plan)) left = append(left, plan);
  }
  while (left != NIL) {
    List *together = NIL, *others = NIL;
    for (SyncPlan *plan : each<SyncPlan>(left)) {
      if (go_together(static_cast<SyncPlan *>(linitial(left)), plan))
        together = append(together, plan);
      else
        others = append(others, plan);
    }
    truncate_together(together);
    left = others;
  }
  for (const SyncPlan *plan : each<SyncPlan>(plans)) refuse_left_rows(plan, "TRUNCATE");
}

static void refuse_rewrite_rules(const SyncPlan *plan) {
  Relation table = table_open(plan->request.relation, NoLock);
  int own_rules = table->rd_rel->relkind == RELKIND_VIEW ? 1 : 0;
  bool has_rules = table->rd_rules != nullptr && table->rd_rules->numLocks > own_rules;
  table_close(table, NoLock);
  if (has_rules)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("%s cannot be emptied by DELETE: it has rewrite rules, which would change what that does",
                           plan->relation_name),
                    errhint("Other tables reference it, so that TRUNCATE is out of the question.")));
}

void delete_rows(const SyncPlan *plan) {
  require_privileges(plan->request.relation, ACL_DELETE);
  refuse_rewrite_rules(plan);
  bool is_view = get_rel_relkind(plan->request.relation) == RELKIND_VIEW;
  if (!plan->request.triggers && !is_view)
    refuse_firing_triggers(partition_tree(plan->request.relation, NoLock), engine_name(plan));
  const char *condition = rows_to_replace(plan);
  const char *sql = psprintf("DELETE FROM %s WHERE (%s\n)", rows_of(plan), condition != nullptr ? condition : "true");
  // By the snapshot of a REPEATABLE READ transaction, rows that others inserted since would stay.
  auto run = [&] { run_withholding_values(plan->relation_name, sql, true); };
  if (plan->engine != nullptr)
    as_engine_wants(plan->request.relation, InvalidOid, run);
  else
    as_owner_of(plan->request.relation, run);
  refuse_left_rows(plan, "DELETE");
}

}  // namespace confiture

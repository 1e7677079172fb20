#include "table/empty.h"

#include "pg/list.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "plan/user_triggers.h"
#include "source/error.h"

namespace confiture {

static char *rows_of(const SyncPlan *plan) {
  return psprintf("%s%s", only_itself(get_rel_relkind(plan->request.relation)), plan->relation_name);
}

// Without a trigger that fires, TRUNCATE runs no code of the tables' owners, of whom there may be many.
static void lock_silent(const SyncPlan *plan) {
  require_privileges(plan->request.relation, ACL_TRUNCATE);
  block_writers(plan->request.relation, AccessExclusiveLock);
  if (!plan->request.triggers) refuse_firing_triggers(plan->tree);
}

void truncate_targets(List *plans) {
  if (plans == NIL) return;
  StringInfoData names;
  initStringInfo(&names);
  for (const SyncPlan *plan : each<SyncPlan>(plans)) {
    lock_silent(plan);
    appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", rows_of(plan));
  }
  const SyncPlan *first = static_cast<SyncPlan *>(linitial(plans));
  const char *relation = list_length(plans) == 1 ? first->relation_name : "the tables of the run";
  auto truncate = [&] { run_withholding_values(relation, psprintf("TRUNCATE %s", names.data)); };
  if (first->request.triggers)
    as_owner_of(first->request.relation, truncate);  // of one table alone
  else
    truncate();
}

static void refuse_rewrite_rules(const SyncPlan *plan) {
  Relation table = table_open(plan->request.relation, NoLock);
  bool has_rules = table->rd_rules != nullptr;
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
  if (!plan->request.triggers) refuse_firing_triggers(plan->tree);
  // By the snapshot of a REPEATABLE READ transaction, rows that others inserted since would stay.
  as_owner_of(plan->request.relation, [&] {
    run_withholding_values(plan->relation_name, psprintf("DELETE FROM %s", rows_of(plan)), true);
  });
}

}  // namespace confiture

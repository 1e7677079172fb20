#include "table/empty.h"

#include "pg/list.h"
#include "pg/relations.h"
#include "source/error.h"

namespace confiture {

static char *rows_of(const SyncPlan *plan) {
  return psprintf("%s%s", only_itself(get_rel_relkind(plan->request.relation)), plan->relation_name);
}

void truncate_targets(List *plans) {
  if (plans == NIL) return;
  StringInfoData names;
  initStringInfo(&names);
  for (const SyncPlan *plan : each<SyncPlan>(plans))
    appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", rows_of(plan));
  const SyncPlan *first = static_cast<SyncPlan *>(linitial(plans));
  run_withholding_values(list_length(plans) == 1 ? first->relation_name : "the tables of the run",
                         psprintf("TRUNCATE %s", names.data));
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
  refuse_rewrite_rules(plan);
  // By the snapshot of a REPEATABLE READ transaction, rows that others inserted since would stay.
  run_withholding_values(plan->relation_name, psprintf("DELETE FROM %s", rows_of(plan)), true);
}

}  // namespace confiture

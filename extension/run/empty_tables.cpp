#include "run/empty_tables.h"

#include "pg/spi.h"
#include "source/error.h"

namespace confiture {

// Position of the plan whose target a relation is or is part of, -1 for none.
static int plan_of(List *plans, Oid relation) {
  ListCell *cell;
  foreach (cell, plans)
    if (list_member_oid(static_cast<SyncPlan *>(lfirst(cell))->tree, relation)) return foreach_current_index(cell);
  return -1;
}

// TRUNCATE takes only a set that nobody outside references. What such a table references cannot be in the set either.
static bool *find_referenced(List *plans, List *keys) {
  bool *referenced = static_cast<bool *>(palloc0(sizeof(bool) * Max(list_length(plans), 1)));
  bool changed;
  do {
    changed = false;
    ListCell *cell;
    foreach (cell, keys) {
      const ForeignKey *key = static_cast<ForeignKey *>(lfirst(cell));
      int to = plan_of(plans, key->referenced), from = plan_of(plans, key->referencing);
      if (to < 0 || referenced[to] || (from >= 0 && !referenced[from])) continue;
      referenced[to] = changed = true;
    }
  } while (changed);
  return referenced;
}

// ONLY: children by inheritance are tables of their own; partitions are not.
static char *name_for_statement(const SyncPlan *plan) {
  bool is_partitioned = get_rel_relkind(plan->request.relation) == RELKIND_PARTITIONED_TABLE;
  return psprintf("%s%s", is_partitioned ? "" : "ONLY ", plan->relation_name);
}

static void refuse_rewrite_rules(Oid relation) {
  Relation table = table_open(relation, NoLock);
  bool has_rules = table->rd_rules != nullptr;
  table_close(table, NoLock);
  if (has_rules)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("%s cannot be emptied by DELETE: it has rewrite rules, which would change what that does",
                           qualified_name(relation)),
                    errhint("Other tables reference it, so that TRUNCATE is out of the question.")));
}

void empty_tables(List *plans) {
  List *tree = NIL;
  ListCell *cell;
  foreach (cell, plans) tree = list_concat(tree, list_copy(static_cast<SyncPlan *>(lfirst(cell))->tree));
  bool *referenced = find_referenced(plans, load_foreign_keys(tree));
  StringInfoData names;
  initStringInfo(&names);
  foreach (cell, plans) {
    const SyncPlan *plan = static_cast<SyncPlan *>(lfirst(cell));
    if (!referenced[foreach_current_index(cell)]) {
      appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", name_for_statement(plan));
    } else {
      // As TRUNCATE does, or rows that others have not committed yet would stay.
      block_writers(plan->request.relation, ShareRowExclusiveLock);
      refuse_rewrite_rules(plan->request.relation);
      run_withholding_values(plan->relation_name, psprintf("DELETE FROM %s", name_for_statement(plan)), true);
    }
  }
  if (names.len > 0) run_withholding_values("the tables of the run", psprintf("TRUNCATE %s", names.data));
}

}  // namespace confiture

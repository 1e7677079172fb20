#include "run/empty_tables.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "table/empty.h"

namespace confiture {

struct Target {
  SyncPlan *plan;
  bool by_delete;  // referenced from outside the set that TRUNCATE takes, or some of its rows stay
};

// The target that a relation is or is part of, nullptr for none.
static Target *target_of(List *targets, Oid relation) {
  for (Target *target : each<Target>(targets))
    if (list_member_oid(target->plan->tree, relation)) return target;
  return nullptr;
}

// TRUNCATE takes only a set that no table outside references. What a table left out references cannot be in the set
// either.
static void find_by_delete(List *targets, List *keys) {
  bool changed;
  do {
    changed = false;
    for (const ForeignKey *key : each<ForeignKey>(keys)) {
      const Target *referencing = target_of(targets, key->referencing);
      Target *referenced = target_of(targets, key->referenced);
      bool is_in_set = referencing != nullptr && !referencing->by_delete;
      if (referenced == nullptr || referenced->by_delete || is_in_set) continue;
      referenced->by_delete = changed = true;
    }
  } while (changed);
}

static List *find_targets(List *plans) {
  List *tree = NIL, *targets = NIL;
  for (SyncPlan *plan : each<SyncPlan>(plans)) {
    tree = list_concat(tree, plan->tree);
    targets = append(targets, make<Target>({plan, rows_to_replace(plan) != nullptr}));
  }
  find_by_delete(targets, load_foreign_keys(tree));
  return targets;
}

void plan_deletions(List *plans) {
  for (const Target *target : each<Target>(find_targets(plans)))
    if (target->by_delete) plan_deletion(target->plan);
}

void empty_tables(List *plans) {
  List *targets = find_targets(plans), *truncated = NIL;
  for (const Target *target : each<Target>(targets)) {
    if (!target->by_delete) {
      truncated = append(truncated, target->plan);
      continue;
    }
    // As TRUNCATE does: rows that others have not committed yet would stay.
    block_writers(target->plan->request.relation, ShareRowExclusiveLock);
    check_at_once(target->plan->request.relation);
    delete_rows(target->plan);
  }
  truncate_targets(truncated);
}

}  // namespace confiture

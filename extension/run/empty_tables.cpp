#include "run/empty_tables.h"

#include "pg/by_oid.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "table/empty.h"

namespace confiture {

struct Target {
  SyncPlan *plan;
  bool by_delete;  // referenced from outside the set that TRUNCATE takes, or some of its rows stay
};

// Of every relation that is a target, or part of one.
static ByOid<Target> members_of(List *targets, int count) {
  ByOid<Target> members = make_by_oid<Target>(count);
  for (Target *target : each<Target>(targets))
    for (Oid relation : each_oid(target->plan->tree)) add(&members, relation, target);
  sort(&members);
  return members;
}

struct Reference {
  const Target *referencing;  // nullptr: a table left out
  Target *referenced;
};

// TRUNCATE takes only a set that no table outside references. What a table left out references cannot be in the set
// either.
static void find_by_delete(const ByOid<Target> *members, List *keys) {
  List *references = NIL;
  for (const ForeignKey *key : each<ForeignKey>(keys)) {
    Target *referenced = find(members, key->referenced);
    if (referenced == nullptr || !SearchSysCacheExists1(CONSTROID, ObjectIdGetDatum(key->oid))) continue;
    references = append(references, make<Reference>({find(members, key->referencing), referenced}));
  }
  bool changed;
  do {
    changed = false;
    for (const Reference *reference : each<Reference>(references)) {
      bool is_in_set = reference->referencing != nullptr && !reference->referencing->by_delete;
      if (reference->referenced->by_delete || is_in_set) continue;
      reference->referenced->by_delete = changed = true;
    }
  } while (changed);
}

static List *find_targets(List *plans, List *keys) {
  List *tree = NIL, *targets = NIL;
  for (SyncPlan *plan : each<SyncPlan>(plans)) {
    tree = list_concat(tree, plan->tree);
    targets = append(targets, make<Target>({plan, rows_to_replace(plan) != nullptr}));
  }
  ByOid<Target> members = members_of(targets, list_length(tree));
  find_by_delete(&members, keys);
  return targets;
}

void plan_deletions(List *plans, List *keys) {
  for (const Target *target : each<Target>(find_targets(plans, keys)))
    if (target->by_delete) plan_deletion(target->plan);
}

void empty_tables(List *plans, List *keys, bool wants_files) {
  List *targets = find_targets(plans, keys), *truncated = NIL;
  for (const Target *target : each<Target>(targets)) {
    if (!target->by_delete) {
      truncated = append(truncated, target->plan);
      continue;
    }
    // As TRUNCATE does: rows that others have not committed yet would stay.
    block_writers(target->plan->request.relation, ShareRowExclusiveLock);
    check_at_once(partition_tree(target->plan->request.relation, NoLock));
    delete_rows(target->plan);
  }
  truncate_targets(truncated, wants_files);
}

}  // namespace confiture

// Whose are the partitions of a table, and what it is a partition of? All their code runs as the owner of the table
// that is loaded, so that another owner would get that one's rights.
#include "pg/list.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "plan/plan.h"

namespace confiture {

struct ForeignPart {
  const char *name;  // nullptr: there is none
  Oid owner;
};

// The first by name. Asked for each chunk: without SQL, which would take longer than a small chunk does.
static ForeignPart find_foreign_part(List *tree) {
  Oid relation = linitial_oid(tree), owner = owner_of(relation);
  List *ancestors = get_rel_relispartition(relation) ? get_partition_ancestors(relation) : NIL;
  ForeignPart found = {nullptr, InvalidOid};
  for (List *related : {tree, ancestors})
    for (Oid part : each_oid(related)) {
      Oid role = owner_of(part);
      if (may_become(role, owner)) continue;
      const char *name = qualified_name(part);
      if (found.name == nullptr || strcmp(name, found.name) < 0) found = {name, role};
    }
  return found;
}

static const char *quoted_role(Oid role) { return quote_identifier(GetUserNameFromId(role, false)); }

static const char *describe_part(Oid relation, const ForeignPart *part) {
  return psprintf("%s belongs to role %s, whose code would run with the rights of role %s", part->name,
                  quoted_role(part->owner), quoted_role(owner_of(relation)));
}

static const char *settle_part(Oid relation, const ForeignPart *part) {
  return psprintf("ALTER TABLE %s OWNER TO %s;", part->name, quoted_role(owner_of(relation)));
}

bool check_partition_owners(SyncPlan *plan) {
  Oid relation = plan->request.relation;
  ForeignPart part = find_foreign_part(partition_tree(relation, NoLock));
  if (part.name == nullptr) return true;
  add_problem(plan, nullptr, describe_part(relation, &part), settle_part(relation, &part));
  return false;
}

void refuse_foreign_partitions(List *tree) {
  Oid relation = linitial_oid(tree);
  ForeignPart part = find_foreign_part(tree);
  if (part.name == nullptr) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("%s", describe_part(relation, &part)),
                  errhint("%s", settle_part(relation, &part))));
}

}  // namespace confiture

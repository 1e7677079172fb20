// Whose are the partitions of a table, and what it is a partition of? All their code runs as the owner of the table
// that is loaded, so that another owner would get that one's rights.
#include "pg/owner.h"
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

// One relation of each role that owns a partition of the table, or what it is a partition of.
static const char owners_query[] = R"(
    WITH RECURSIVE tree(oid) AS (
      SELECT $1
      UNION ALL
      SELECT c.oid
      FROM tree
      JOIN pg_inherits i ON i.inhparent = tree.oid
      JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition
    ),
    related AS (
      SELECT oid
      FROM tree
      UNION
      SELECT relid
      FROM pg_partition_ancestors($1)
    )
    SELECT c.relowner, min(format('%I.%I', n.nspname, c.relname))
    FROM related
    JOIN pg_class c USING (oid)
    JOIN pg_namespace n ON n.oid = c.relnamespace
    GROUP BY c.relowner
    ORDER BY 2
    )";

struct ForeignPart {
  const char *name;  // nullptr: there is none
  Oid owner;
};

static ForeignPart find_foreign_part(Oid relation) {
  Oid owner = owner_of(relation);
  for (Row row : spi_run_latest(owners_query, {arg(relation)})) {
    Oid role = row.next<Oid>();
    if (!may_become(role, owner)) return {row.next<const char *>(), role};
  }
  return {nullptr, InvalidOid};
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
  ForeignPart part = find_foreign_part(relation);
  if (part.name == nullptr) return true;
  add_problem(plan, nullptr, describe_part(relation, &part), settle_part(relation, &part));
  return false;
}

void refuse_foreign_partitions(Oid relation) {
  ForeignPart part = find_foreign_part(relation);
  if (part.name == nullptr) return;
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("%s", describe_part(relation, &part)),
                  errhint("%s", settle_part(relation, &part))));
}

}  // namespace confiture

// The part of the plan about masked partition keys: masked values choose the partition, so that each of
// them needs one, on every level, and all partitions must be loaded together.
#include "pg/list.h"
#include "pg/relations.h"
#include "plan/plan.h"

namespace confiture {

static void refuse_key(SyncPlan *plan, PlanColumn *column, const char *text, const char *fix = nullptr) {
  refuse_column(plan, column, psprintf("(masked with %s) is a partition key%s", column->mask->strategy, text), fix);
}

static bool takes_any_value(Relation table) {
  PartitionDesc partitions = RelationGetPartitionDesc(table, true);
  const PartitionBoundInfoData *bounds = partitions->boundinfo;
  if (bounds == nullptr || bounds->strategy != PARTITION_STRATEGY_HASH)
    return bounds != nullptr && partition_bound_has_default(bounds);
  for (int i = 0; i < bounds->nindexes; i++)
    if (bounds->indexes[i] < 0) return false;  // a remainder without a partition
  return true;
}

static void check_level(SyncPlan *plan, Oid relation) {
  Relation table = table_open(relation, AccessShareLock);
  bool takes_any = takes_any_value(table);
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (takes_any || column->action != ColumnAction::mask) continue;
    // Each partition numbers its columns itself.
    int member = get_attnum(relation, column->name) - FirstLowInvalidHeapAttributeNumber;
    if (!has_partition_attrs(table, bms_make_singleton(member), nullptr)) continue;
    bool is_hash = get_partition_strategy(RelationGetPartitionKey(table)) == PARTITION_STRATEGY_HASH;
    refuse_key(plan, column,
               psprintf(is_hash ? ", and %s lacks partitions for some masked values"
                                : ", and %s has no DEFAULT partition for masked values",
                        qualified_name(relation)));
  }
  table_close(table, NoLock);
}

void check_partition_keys(SyncPlan *plan, Relation target) {
  // The columns that all levels above look at to choose this partition.
  Bitmapset *bound = nullptr;
  pull_varattnos(reinterpret_cast<Node *>(RelationGetPartitionQual(target)), 1, &bound);
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (column->action != ColumnAction::mask ||
        !bms_is_member(column->number - FirstLowInvalidHeapAttributeNumber, bound))
      continue;
    const char *whole = qualified_name(partition_root(RelationGetRelid(target)));
    refuse_key(plan, column, psprintf(", and masked values may belong to other partitions of %s", whole),
               psprintf("-- sync %s instead", whole));
  }
  for (Oid relation : each_oid(plan->tree))
    if (get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE) check_level(plan, relation);
}

}  // namespace confiture

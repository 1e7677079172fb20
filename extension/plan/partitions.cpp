// The part of the plan about masked partition keys: masked values choose the partition, so that there has to be one for
// each of them, on every level, and all of them have to be loaded together.
#include "pg/spi.h"
#include "plan/plan.h"

namespace confiture {

static void refuse(SyncPlan *plan, PlanColumn *column, const char *text, const char *fix = nullptr) {
  column->action = ColumnAction::refuse;
  add_problem(plan, column->name, psprintf("(masked with %s) is a partition key%s", column->mask->strategy, text), fix);
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
  ListCell *cell;
  foreach (cell, plan->columns) {
    PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    if (takes_any || column->action != ColumnAction::mask) continue;
    // Partitions number columns on their own.
    int member = get_attnum(relation, column->name) - FirstLowInvalidHeapAttributeNumber;
    if (!has_partition_attrs(table, bms_make_singleton(member), nullptr)) continue;
    bool is_hash = get_partition_strategy(RelationGetPartitionKey(table)) == PARTITION_STRATEGY_HASH;
    refuse(plan, column,
           psprintf(is_hash ? ", and %s lacks partitions for some masked values"
                            : ", and %s has no DEFAULT partition for masked values",
                    qualified_name(relation)));
  }
  table_close(table, NoLock);
}

void check_partition_keys(SyncPlan *plan, Relation target) {
  // What all levels above ask of a row of this partition.
  Bitmapset *bound = nullptr;
  pull_varattnos(reinterpret_cast<Node *>(RelationGetPartitionQual(target)), 1, &bound);
  ListCell *cell;
  foreach (cell, plan->columns) {
    PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    if (column->action != ColumnAction::mask ||
        !bms_is_member(column->number - FirstLowInvalidHeapAttributeNumber, bound))
      continue;
    const char *whole = qualified_name(partition_root(RelationGetRelid(target)));
    refuse(plan, column, psprintf(", and masked values may belong to other partitions of %s", whole),
           psprintf("-- sync %s instead", whole));
  }
  foreach (cell, plan->tree)
    if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_TABLE) check_level(plan, lfirst_oid(cell));
}

}  // namespace confiture

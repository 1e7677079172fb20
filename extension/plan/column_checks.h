// CHECKs of the target on single columns, read once for a plan.
#pragma once

#include "plan/sync_plan.h"

namespace confiture {

struct ColumnCheck {
  const char *name;  // quoted
  const char *expression;
};

struct TableChecks {
  bool is_loaded;
  List **of_columns;  // ColumnCheck *, by the number of the target's column
};
// Reads those of the target and its partitions, unless the plan has them. Wants SPI connected.
void load_table_checks(SyncPlan *plan);

// Those on this column alone (ColumnCheck *).
List *table_checks(const SyncPlan *plan, const PlanColumn *column);
// Those of its domains, which call it VALUE (char *: expressions).
List *domain_checks(const PlanColumn *column);

}  // namespace confiture

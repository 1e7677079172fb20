// Empties target tables without touching any other: one TRUNCATE for all, DELETE where other tables reference them.
#pragma once

#include "plan/plan.h"

namespace confiture {

// `plans` are sync_plan *, of replaced tables. Wants triggers off, or no foreign keys on the tables.
void empty_tables(List *plans);

}  // namespace confiture

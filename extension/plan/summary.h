// A plan in a few words, as the control tables keep it.
#pragma once

#include "plan/plan.h"

namespace confiture {

const char *mode_name(LoadMode mode);

// Column name to strategy, "pass", "drop" or "default", as a JSON object: what was done, without the options.
char *columns_as_json(const SyncPlan *plan);

// Column name to types on both sides and treatment, as a JSON object: a resumed run compares it to see what changed.
char *shape_as_json(const SyncPlan *plan);

}  // namespace confiture

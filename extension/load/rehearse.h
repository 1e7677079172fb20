// Tries the code that a load runs for each row on one row, before anything is emptied or set aside.
#pragma once

#include "plan/plan.h"

namespace confiture {

// Where constraints, domains, defaults, generated columns, indexes or partition keys of the target call functions that
// look names up in the search_path of their caller, evaluates them for the first row that the source sends, as the
// target's owner, leaving nothing behind. Names that are found under another search_path than a load's become a problem
// of the plan. Does nothing where the plan has problems already.
void rehearse_row(Source *source, SyncPlan *plan);

}  // namespace confiture

// Materialized views over the tables of a run.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Refreshes the populated materialized views that read from the relations (list of Oid), directly or through other
// views, those first that others read from. Warns about those that the current user may not refresh. Returns a sentence
// for each that fails, nullptr for none. Calls next_transaction() after each, nullptr: all in one transaction; the
// current memory context must outlive it. Calls show() before each.
const char *refresh_views(List *relations, void (*next_transaction)(), Callback<void(int64 done, int64 total)> show);

}  // namespace confiture

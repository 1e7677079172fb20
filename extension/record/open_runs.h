// One run at a time on a table: others are refused, or superseded when nobody leads them any more.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Ereports 55006 when another run is open on one of these tables (Oids) and led by somebody. Those that nobody leads
// any more are marked superseded, since what they would go on with is not there any more. `takes_over`: what those took
// off these tables becomes the business of this run.
void refuse_open_runs(int64 run_id, List *relations, bool takes_over);

// Ereports when somebody leads a run that this table, or the whole that it is a part of, belongs to.
void refuse_in_open_run(Oid relation);

}  // namespace confiture

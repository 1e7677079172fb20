// One run at a time on a table: others are refused, or superseded once they are abandoned.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Ereports 55006 when another run that has a leader is open on one of these tables (Oids). Abandoned ones are marked
// superseded, since the rows they would continue with are gone. `takes_over`: what those took off these tables becomes
// the business of this run.
void refuse_open_runs(int64 run_id, List *relations, bool takes_over);

// Ereports 55006 when this table, or the whole that it is a part of, belongs to a run that has a leader.
void refuse_in_open_run(Oid relation);

}  // namespace confiture

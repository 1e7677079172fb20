// The plan of a run: every table, planned in one snapshot, with all that speaks against them.
#pragma once

#include "chunks.h"
#include "plan.h"
#include "run_options.h"
#include "transfer.h"

namespace confiture {

struct run_table {
  sync_plan *plan;
  const chunk_source *extent;  // what cutting it needs to know
};

struct run_plan {
  const char *snapshot;  // exported
  List *tables;          // run_table *
  List *trees;           // Oids of the targets and their partitions
  List *problems;        // plan_problem *, about no single table
  List *notes;           // char *, what is left out and why
  List *sequences;       // of the source, see run_sequences.h
  bool sets_keys_aside;  // foreign keys are taken off the tables for the time of the load
};

// Begins the snapshot and plans the tables the patterns choose, or only those of `names` (char *, qualified names on
// the source) where given. A fixed number of queries on the source, however many tables, and one for each filter.
// Ereports only for what is no problem of a plan: bad patterns, no connection. Wants SPI connected and the session
// entered.
run_plan *plan_run(source *from, const run_options *options, List *names);

// Ereports all problems of all tables at once when there are any.
void refuse_run_problems(const run_plan *plan, const char *server);

}  // namespace confiture

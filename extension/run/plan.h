// The plan of a run: every table, planned in one snapshot, with all problems at once.
#pragma once

#include "plan/plan.h"
#include "run/chunks.h"
#include "run/options.h"

namespace confiture {

struct Subset;
struct SubsetTable;

struct RunTable {
  SyncPlan *plan;
  const ChunkSource *extent;  // what cutting it needs to know
  const SubsetTable *share;   // which rows a subset takes of it; nullptr: there is no subset
};

struct RunPlan {
  const char *snapshot;  // exported
  List *tables;          // RunTable *
  List *trees;           // Oids of the targets and their partitions
  List *problems;        // PlanProblem *, about no single table
  List *notes;           // char *, what is left out and why
  List *sequences;       // SourceSequence *, all of the source
  List *foreign_keys;    // ForeignKey *, from and to the tables
  List *keys_aside;      // those of them that are taken off the tables for the time of the load
  Subset *subset;        // nullptr: none, or not chosen yet, see run/subset.h
};

// Begins the snapshot and plans the tables that the patterns choose, or only those of `names` (char *, qualified names
// on the source) where given. A fixed number of queries on the source, however many tables, and one for each filter.
// Ereports only what is not a problem of the plan: bad patterns, no connection. Wants SPI connected and the session
// entered.
RunPlan *plan_run(Source *source, const RunOptions *options, List *names);

// Ereports all problems of all tables at once when there are any.
void refuse_run_problems(const RunPlan *plan, const char *server);

// The parts of plan_run() ---------------------------------------------------------------------------------------

// Adds one that concerns no single table.
void add_run_problem(RunPlan *plan, const char *text, const char *fix = nullptr);
List *plans_of(const RunPlan *plan);  // SyncPlan *
// plan_keys.cpp
void plan_foreign_keys(RunPlan *plan, const RunOptions *options);
// plan_upsert.cpp: refuses tables whose rows an upsert by several chunks could mix up, or not find again.
void plan_upsert(RunPlan *plan);

}  // namespace confiture

// Foreign tables of the wrapper confiture: the path of a scan.
//
//   planner     ──▶ estimates, paths, the columns that are needed           planner.cpp
//   executor    ──▶ begin: the plan of the columns is judged                executor.cpp, scan_plan.h
//                   first row: connection, conditions, COPY, masker         conditions.h, reader.h, source/kept.h
//                   each row: values of the wire fill the slot              load/row_reader.h
//                   rescan or end: what the source still does is cancelled
//
// All conditions are evaluated here, on masked rows. Which of them are shipped besides is decided when the scan begins,
// by the rules that hold then. What else of a query the source does (push_down.h) stands in the server's plan, which is
// made again when rules change.
#pragma once

#include "pg/pg.h"

namespace confiture {

// planner.cpp
void estimate_foreign_rel(PlannerInfo *root, RelOptInfo *relation, Oid table);
void add_foreign_paths(PlannerInfo *root, RelOptInfo *relation, Oid table);
ForeignScan *make_foreign_plan(PlannerInfo *root, RelOptInfo *relation, Oid table, ForeignPath *path, List *targets,
                               List *conditions, Plan *outer);

void add_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra);

// executor.cpp
void begin_scan(ForeignScanState *node, int flags);
TupleTableSlot *iterate_scan(ForeignScanState *node);
void rescan(ForeignScanState *node);
void end_scan(ForeignScanState *node);
void explain_scan(ForeignScanState *node, ExplainState *explanation);

// analyze.cpp
bool analyze_foreign_table(Relation relation, AcquireSampleRowsFunc *acquire, BlockNumber *pages);

// import.cpp: the statements (char *) of IMPORT FOREIGN SCHEMA.
List *import_schema(ImportForeignSchemaStmt *statement, Oid server);

}  // namespace confiture

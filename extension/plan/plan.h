// The plan of one table: what happens to each column, how the target is emptied and loaded, and everything that
// prevents it. Made before a row moves; plan(), preview() and sync_table() all start from it.
#pragma once

#include "pg/guc.h"
#include "wall/wall.h"
#include "plan/foreign_keys.h"
#include "plan/problems.h"
#include "plan/rules.h"
#include "source/table.h"
#include "plan/wire_type.h"

namespace confiture {

enum class LoadMode { replace, append, upsert };

// The arguments of a call, checked for themselves.
struct SyncRequest {
  const char *server;
  Oid relation;
  const char *source_relation;  // schema-qualified SQL name
  const Jsonb *rules;           // nullptr: stored rules only
  const char *filter;           // SQL condition on the source, nullptr for none
  LoadMode mode;
  const char *format;  // auto, binary, text
  GuardPolicy policy;
  bool triggers;  // let user triggers fire
  bool in_run;    // of many tables, which settles foreign keys and triggers for all of them
};

enum class ColumnAction {
  pass,         // copied as it is
  mask,         // goes through its strategy
  drop,         // left out by rule; the target's default, where the target has the column
  use_default,  // in the target only, or generated
  refuse,       // see the problems
};

struct PlanColumn {
  const char *name;
  const SourceColumn *source;  // nullptr: the source has no such column
  AttrNumber number;           // in the target; 0: the target has no such column
  Oid type;
  int32 typmod;
  bool is_generated;  // in the target, from other columns
  ColumnAction action;
  const Rule *mask;                   // for mask
  const wall::StrategyRow *strategy;  // for mask; nullptr: there is none of the rule's name
  WireType wire;                      // for pass, and for mask where the value travels
  bool raw_leaves_source;
  const char *expression;  // what the source is asked for; nullptr: nothing
  wall::ColumnSpec spec;   // for the core
  List *warnings;          // char *
};

struct SyncPlan {
  SyncRequest request;
  const char *relation_name;  // qualified, quoted
  SourceTable *source;
  wall::GuardTable guard;
  bool binary;
  const char *why_text;    // the column that rules binary out, as a sentence
  bool needs_masker;       // false: the stream is passed on as it is
  List *columns;           // PlanColumn *, the target's in their order, then those of the source alone
  List *tree;              // Oids: the target and its partitions
  List *foreign_keys;      // ForeignKey *
  const char *deferrable;  // its constraints that may be checked at COMMIT, quoted, or nullptr
  const char *deferred;    // those of them that are, unless SET CONSTRAINTS says otherwise
  bool by_delete;          // replace by DELETE, because other tables reference the target
  bool triggers_off;       // foreign keys' triggers are switched off and the keys verified after the load
  List *firing_triggers;   // UserTrigger * to disable and enable again
  List *key_columns;       // names of the primary key's columns, for upsert
  List *warnings;          // char *, about the table
  List *problems;          // PlanProblem *
};

// Ereports only for what has no row in a plan: a missing relation or server, bad arguments, no connection. Wants SPI
// connected and the session entered.
SyncPlan *make_plan(Source *source, const SyncRequest *request);

// The same for a table whose catalog on the source is read already, with the rules stored for it (Rule *).
SyncPlan *plan_table(Source *source, const SyncRequest *request, SourceTable *table, List *stored_rules);

// Columns that travel: actions pass and mask with a target column, in wire order (PlanColumn *).
List *wire_columns(const SyncPlan *plan);

// ---------------------------------------------------------------------------------------------------------------
// The parts of plan_table(). They add problems and warnings to the plan.

// columns.cpp: tells the guard all columns of the source, which say something about each other; plans one column of the
// target and those that only the source has; looks for rules that fit no column.
void note_columns(SyncPlan *plan);
void plan_column_of_target(SyncPlan *plan, List *rules, Form_pg_attribute attribute);
void plan_columns_of_source(SyncPlan *plan, List *rules);
void check_rules(SyncPlan *plan, List *rules);

// The plan's column of that name, nullptr when there is none.
PlanColumn *find_column(const SyncPlan *plan, const char *name);

// Does the target's column take a NULL? Its domain is asked too.
bool takes_null(Form_pg_attribute attribute);

// mask.cpp: settles a masked column: strategy, options, fit, uniqueness.
void plan_mask(SyncPlan *plan, PlanColumn *column);
// "(masked with <strategy>)"
const char *masked_by(const PlanColumn *column);
// unique.cpp: refuses a mask whose values may collide under a unique index.
void check_unique(SyncPlan *plan, PlanColumn *column);
// Makes the wire form of a constant, once the format is known.
void plan_literal(SyncPlan *plan, PlanColumn *column);

// format.cpp: chooses binary or text, and settles what hangs on it.
void choose_format(SyncPlan *plan);

// partitions.cpp: refuses masks of partition keys whose values no partition may take.
void check_partition_keys(SyncPlan *plan, Relation target);

// target.cpp: settles how the target is emptied and loaded, and with whose privileges.
void plan_target(SyncPlan *plan, Relation target);

}  // namespace confiture

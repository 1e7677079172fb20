// The plan of one table: what happens to each column, how the target is emptied and loaded, and everything that
// speaks against it. Made before a row moves; plan(), preview() and sync_table() all start from it.
#pragma once

#include "pg/guc.h"
#include "wall/wall.h"
#include "plan/foreign_keys.h"
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

// One thing that speaks against the sync, and a statement that settles it (or nullptr).
struct PlanProblem {
  const char *column;  // nullptr: the table itself
  const char *text;
  const char *fix;
};

struct SyncPlan {
  SyncRequest request;
  const char *relation_name;  // qualified, quoted
  SourceTable *source;
  wall::GuardTable guard;
  bool binary;
  const char *why_text;    // the column that rules binary out, as a sentence
  bool needs_masker;       // false: the stream is passed on as it is
  List *columns;           // plan_column *, the target's in their order, then those of the source alone
  List *tree;              // Oids: the target and its partitions
  List *foreign_keys;      // foreign_key *
  const char *deferrable;  // its constraints that may be checked at COMMIT, quoted, or nullptr
  const char *deferred;    // those of them that are, unless told otherwise
  bool by_delete;          // replace by DELETE, because other tables reference the target
  bool triggers_off;       // foreign keys' triggers are switched off and the keys verified after the load
  List *firing_triggers;   // user_trigger * to disable and enable again
  List *key_columns;       // names of the primary key's columns, for upsert
  List *warnings;          // char *, about the table
  List *problems;          // plan_problem *
};

// Ereports only for what has no row in a plan: no such relation or server, bad arguments, no connection. Wants SPI
// connected and the session entered.
SyncPlan *make_plan(Source *from, const SyncRequest *request);

// Ereports all problems at once when there are any.
void refuse_problems(const SyncPlan *plan);

// The same for the problems of many plans (sync_plan *), and those that are about no single table (plan_problem *).
void refuse_problems_of(List *plans, List *others, const char *server);

// The same for a table whose catalog on the source is read already, with the rules stored for it.
SyncPlan *plan_table(Source *from, const SyncRequest *request, SourceTable *table, List *stored_rules);

// Columns that travel: actions pass and mask with a target column, in wire order (plan_column *).
List *wire_columns(const SyncPlan *plan);

void add_problem(SyncPlan *plan, const char *column, const char *text, const char *fix = nullptr);

// Settles a masked column: strategy, options, fit, uniqueness. Adds problems. (plan_mask.cpp)
void plan_mask(SyncPlan *plan, PlanColumn *column);
// Makes the wire form of a constant, once the format is known. Adds a problem when the type does not take it.
void plan_literal(SyncPlan *plan, PlanColumn *column);

// Refuses masks of partition keys whose values no partition may take. (plan_partitions.cpp)
void check_partition_keys(SyncPlan *plan, Relation target);

// Settles how the target is emptied and loaded, and with whose privileges. (plan_target.cpp)
void plan_target(SyncPlan *plan, Relation target);

}  // namespace confiture

// The plan of one table as data: what happens to each column, how the target is emptied and loaded, and what prevents
// it.
#pragma once

#include "pg/guc.h"
#include "plan/engine.h"
#include "plan/foreign_keys.h"
#include "plan/loader.h"
#include "plan/rules.h"
#include "plan/wire_type.h"
#include "source/table.h"
#include "wall/wall.h"

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
  LoaderChoice loader;
  Oid reader;      // whose rights the SQL of conditions has on the source
  bool triggers;   // let user triggers fire
  bool in_scan;    // of a foreign table: nothing is loaded
  bool only_read;  // by the caller, who need not be able to load
  bool in_run;     // of many tables, which settles foreign keys and triggers for all of them
};

enum class ColumnAction {
  pass,         // copied as it is
  mask,         // goes through its strategy
  drop,         // left out by rule; the target's default, where the target has the column
  use_default,  // in the target only, or generated
  refuse,       // see the problems
};

struct PlanColumn;

// A column's strategy looks its values up there.
struct PlannedLookup {
  Oid relation;
  PlanColumn *column;
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
  bool is_narrowed;                   // to the width of another column, which makes other values of it
  bool raw_leaves_source;
  const char *expression;  // what the source is asked for; nullptr: nothing
  List *cases;             // PlanColumn *: the column as each of its rules alone would have it, if they have conditions
  List *parts;             // char *: for mask by a template, the columns of the row that it names
  const char *side;        // with cases: the source's expression for the number of the one that takes a row
  const char
      *clues[wall::clue_count];  // the source's expressions for what other columns say of masked values; nullptr: none
  List *named;                   // PlanColumn *: the columns that an option `columns` names
  Oid function;                  // for mask by strategy "function"
  const char *function_digest;
  bool keeps_unique;  // for mask: see wall.h
  bool is_permutation;
  bool may_give_null;     // for mask: some values
  wall::ColumnSpec spec;  // for the core
  List *warnings;         // char *
};

struct SyncPlan {
  SyncRequest request;
  const char *relation_name;  // qualified, quoted
  SourceTable *source;
  wall::GuardTable guard;
  bool binary;
  const char *why_text;        // the column that rules binary out, as a sentence
  bool needs_masker;           // false: the stream is passed on as it is
  List *columns;               // PlanColumn *, the target's in their order, then those of the source alone
  List *tree;                  // Oids: the target and its partitions
  struct TableChecks *checks;  // on single columns, see column_checks.h
  Loader loader;
  const Engine *engine;              // that keeps the target's rows, nullptr: none
  List *foreign_keys;                // ForeignKey *
  List *declared_keys;               // the same of declared references
  const char *deferrable;            // its constraints that may be checked at COMMIT, quoted, or nullptr
  const char *deferred;              // those of them that are, unless SET CONSTRAINTS says otherwise
  bool by_delete;                    // replace by DELETE, because other tables reference the target
  bool triggers_off;                 // foreign keys' triggers are switched off and the keys verified after the load
  List *firing_triggers;             // UserTrigger * to disable and enable again
  List *key_columns;                 // names of the primary key's columns, for upsert
  List *lookups;                     // PlannedLookup *
  List *warnings;                    // char *, about the table
  List *problems;                    // PlanProblem *
  bool is_trial;                     // of a rule for one column, to propose it
  struct KnownInputs *known_inputs;  // in trials: what fit.cpp found out about the column, once for all of them
};

}  // namespace confiture

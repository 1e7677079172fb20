// The rules of a whole plan, settled before its columns are planned: what holds for a column may hang on other columns.
//
// - Rules travel along foreign keys, of either side: a rule on a referenced column holds for the columns that reference
//   it. Another rule there, a keep, or a rule on the referencing side alone is a problem.
// - Equal values get equal masks, whatever column holds them: the narrowest column of a masking domain settles the
//   width for all.
// - A column that the source computes from one with a rule, or from one that looks personal, needs a rule or a keep.
//
// Rules stored for other tables of the target count too. Takes two queries on the source, and time in proportion to the
// columns with rules and the foreign keys.
#pragma once

#include "plan/problems.h"
#include "plan/sync_plan.h"
#include "source/dependencies.h"

namespace confiture {

struct TableRules {
  Oid relation;  // the target
  const SourceTable *source;
  GuardPolicy policy;
  List *rules;     // Rule *: in, the stored ones and those of the call; out, what holds for the columns
  List *problems;  // out: PlanProblem *, whatever happens to the column
  List *computed;  // out: PlanProblem *, where the column would be copied as it is
};

// The tables of a plan (TableRules *). Wants SPI connected and the source's snapshot begun.
void settle_rules(Source *source, List *tables);

// The parts of settle_rules() -----------------------------------------------------------------------------------

// A column of the target, of a whole table where that is partitioned.
struct ColumnKey {
  Oid relation;
  char column[NAMEDATALEN];  // filled with zeros to its end
};

struct RuledColumn {
  ColumnKey key;
  const Rule *rule;            // nullptr: none
  List *tables;                // TableRules * of the plan; NIL: a table outside of it
  const SourceColumn *source;  // nullptr: unknown
  List *references;            // RuledColumn *, those it references
  List *referencing;           // RuledColumn *, those that reference it
  bool is_in_reference;
  const char *read_by;  // a declared reference that an expression of it is part of, though it is masked; or nullptr
  bool is_stored;       // its rule is one of the target's own, not of a call
};

struct RuledColumns {
  HTAB *columns;  // RuledColumn by ColumnKey
  HTAB *targets;  // TargetOf by the source's OID
  List *all;      // RuledColumn *, in the order they were met
};

// The column of that name; added when it is new.
RuledColumn *ruled_column(RuledColumns *columns, Oid relation, const char *column);
// The same for a column of the source; nullptr when the target has no such column.
RuledColumn *ruled_source_column(RuledColumns *columns, const SourceColumnName *name);
// What its type alone tells the core about it.
wall::ColumnSpec spec_of_column(const RuledColumn *column);
// As users read it: schema.table.column, quoted where needed.
char *column_label(const RuledColumn *column);
// The statement that gives a column this rule, or those with its cases.
char *set_rule_statement(const RuledColumn *column, const Rule *rule);

// automatic.cpp: what the columns of a source table tell the guard about each other.
wall::GuardTable guard_of(const SourceTable *table);
// Does the guard take the column for personal data? `hit` says why, and what it would do.
bool looks_personal(const wall::GuardTable *guard, const SourceColumn *column, wall::GuardHit *hit);
// Gives those of its columns that look personal and have no rule one, if that is the table's policy.
void add_automatic_rules(RuledColumns *columns, TableRules *table);

// references.cpp
void spread_along_references(Source *source, RuledColumns *columns);
// widths.cpp
void settle_widths(RuledColumns *columns);
// computed.cpp
void ask_about_computed_columns(Source *source, RuledColumns *columns, List *tables);

}  // namespace confiture

// One table of the source, as its catalog describes it in the run's own snapshot.
#pragma once

#include "source/query.h"

namespace confiture {

struct SourceColumn {
  const char *name;
  const char *target_name;  // of the target's column that takes it: the same, unless a foreign table renames it
  int number;               // attnum
  Oid type_oid;             // atttypid
  const char *type;         // format_type() with modifiers, for messages
  const char *type_plain;   // of the type below all domains, without modifiers: for the guard
  const char *base_schema;  // of the type below all domains
  const char *base_name;
  char base_kind;  // typtype: b, c, e, r, m, p
  int32 typmod;    // of the type below all domains, -1 for none
  bool not_null;
  bool is_nondeterministic;  // its collation calls values equal that are not the same text
  bool is_readable;          // the source role may SELECT it
  const char *labels;        // by type_labels(), as an SQL array, nullptr without any
  const char *shape;         // by type_shape(), of the type below all domains
};

// SQL over pg_type t: what the type, or an array's element, is made of. The same in any two databases where its binary
// and its text form are.
const char *type_shape();
// The labels of all enums in it, each with the place of its enum, as text[].
const char *type_labels();

struct SourceTable {
  Oid oid;
  const char *name;       // without its schema
  const char *qualified;  // quoted
  char kind;              // relkind: r, p, v, m, f; p also of a hypertable and its chunks
  bool is_distributed;    // over the nodes of Citus
  bool has_own_rows;      // no engine keeps them elsewhere: see source/engine.h
  double estimated_rows;  // reltuples, -1 when never analysed
  int64 estimated_bytes;
  int children;           // tables that inherit from it, partitions not counted
  bool is_renamed;        // a column's target_name is not its name
  bool has_row_security;  // policies would hide rows from the source's role
  bool may_compute;       // columns from others, see read_derivations()
  int n_columns;
  SourceColumn *columns;
};

// Reads the catalog of tables, given by their qualified and quoted names (char *), in a fixed number of queries. The
// list has a SourceTable * for each name, nullptr where there is no such relation. Wants begin_snapshot().
List *read_source_tables(Source *source, List *names);

// Begins the snapshot for one table, given by its SQL name, schema-qualified, and reads its catalog. Ereports when it
// is missing, is neither table nor view, or lives in the database we are in.
SourceTable *open_source_table(Source *source, const char *source_relation);

// A column's name in a statement for the source: always in quotes, since another version has other keywords.
const char *source_name(const char *column);

// Which of these columns hold a NULL among the rows of the filter (nullptr: all)? One scan on the source.
bool *find_nulls(Source *source, const SourceTable *table, const char *filter, List *column_names);

}  // namespace confiture

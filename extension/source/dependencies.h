// What hangs together in the source's catalog: foreign keys, and columns that are computed from others.
#pragma once

#include "source/query.h"

namespace confiture {

// A column of the source. A partition stands for itself in `relation` and for its whole table in the rest.
struct SourceColumnName {
  Oid relation;
  Oid root;
  const char *schema, *table;  // of the root, not quoted
  const char *column;          // not quoted
};

// One column of a foreign key and the one it references.
struct SourceReference {
  SourceColumnName referencing, referenced;
};

// One column and one it is computed from.
struct SourceDerivation {
  Oid relation;
  const char *column;  // not quoted
  SourceColumnName base;
  const char *base_type;  // format_type() without modifiers
  bool is_copy;           // the column is the base column, under whatever name
};

// The foreign keys of the whole source (SourceReference *), one query.
List *read_source_references(Source *source);

// What the columns of relations (Oids, the source's) are computed from, and those columns in turn
// (SourceDerivation *): generated columns, columns of views and materialised views, tsvectors that a trigger of the
// server keeps up to date. Where a view's query has subqueries, an expression counts as computed from all
// columns the view reads. One query.
List *read_derivations(Source *source, List *relations);

}  // namespace confiture

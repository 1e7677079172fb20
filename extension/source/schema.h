// The relations of one schema of a source as IMPORT FOREIGN SCHEMA makes foreign tables of them.
#pragma once

#include "source/query.h"

namespace confiture {

// All texts are the source's word: to be quoted, or parsed, before they become part of a statement here.
struct ImportedColumn {
  const char *name;
  const char *type;                          // format_type(): qualified unless it is built in
  const char *type_schema, *type_name;       // of the type or, of an array, its elements
  const char *extension;                     // that it belongs to; nullptr: none
  const char *collation_schema, *collation;  // nullptr: that of the type
  bool not_null;
  bool is_generated;
  const char *expression;  // of its default, or what it is generated from; nullptr: none
};

struct ImportedRelation {
  const char *name;
  List *columns;  // ImportedColumn *, those that the source's role may read
};

// Tables, views, materialized views and foreign tables of the schema that the role may read a column of, in order of
// name (ImportedRelation *). A partition, or a chunk of a hypertable, comes with its whole table, unless `limit` (char
// *) names it. `limit` and `except` are lists of names; NIL is none. Ereports HV00Q when there is no such schema. Wants
// begin_snapshot().
List *read_schema(Source *source, const char *schema, List *limit, List *except);

}  // namespace confiture

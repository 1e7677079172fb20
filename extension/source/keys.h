// The foreign keys of a source between tables that a subset chooses from.
#pragma once

#include "source/query.h"

namespace confiture {

struct SourceKey {
  const char *name;                                // quoted
  Oid referencing, referenced;                     // the tables; of a partition the whole that it is a part of
  const char *referencing_name, *referenced_name;  // the relations that have the key, qualified and quoted
  char referencing_kind, referenced_kind;          // relkind of those
  const char *joins;                               // SQL: does f, the referencing row, reference p?
  List *referencing_leaves, *referenced_leaves;    // Oids of the partitions that the key is about; NIL: all
  bool has_index;                                  // that leads from a referenced row to those that reference it
  bool is_temporal;                                // PERIOD: a row may reference several
};

// The enforced ones whose sides are both among the tables (Oids), as SourceKey *. One query. Wants begin_snapshot().
List *read_source_keys(Source *source, List *tables);

// What an index has to have to be of use for a reference that is no foreign key, in the words of pg_get_indexdef().
struct IndexColumns {
  List *wanted;           // char *, what the reference compares
  List *besides;          // char *, what its condition reads
  const char *condition;  // nullptr: none
};

// Does an index of the table begin with the columns? One query.
bool source_has_index(Source *source, Oid relation, const IndexColumns *columns);

}  // namespace confiture

// The relations of a source that a run may copy, before its snapshot.
#pragma once

#include "source/query.h"

namespace confiture {

struct SourceRelation {
  Oid oid;
  const char *schema, *name;
  const char *qualified;  // quoted
  char kind;              // relkind: r, p, v, m, f, S; p also of a hypertable
  char persistence;       // relpersistence: p, u
  bool is_readable;       // the source role may SELECT some column of it
  bool is_lockable;       // ... all of it, so it may LOCK it
  const char *extension;  // whose configuration it holds, nullptr: none
  const char *condition;  // of the rows that are the user's, as the extension says; nullptr: all
};

// All but the system's, confiture's own and those of extensions, of which only tables of configuration are here, whose
// rows a dump has too (pg_extension_config_dump()); partitions, chunks and shards belong to their tables.
// In order of name (SourceRelation *).
List *list_source_relations(Source *source);

bool has_large_objects(Source *source);

}  // namespace confiture

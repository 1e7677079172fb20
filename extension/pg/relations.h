// Names, kinds and rights of relations.
#pragma once

#include "pg/pg.h"

namespace confiture {

// A relation of the extension's own schema. Ereports 42P01 where the extension is not installed.
Oid own_relation(const char *name);

// schema.name, quoted where needed. Ereports 42P01 when the relation is gone.
char *qualified_name(Oid relation);

// "a view" and the like, for a relation that is no table; nullptr for tables and partitioned tables.
const char *other_kind(Oid relation);

// The whole table that a partition is a part of, others themselves.
Oid partition_root(Oid relation);

// May the current user, or another role, read all rows of it?
bool may_read(Oid relation);
bool may_read(Oid relation, Oid role);

// Ereports 42501 unless the current user has these privileges on all of the relation: for what is then done as its
// owner.
void require_privileges(Oid relation, AclMode privileges);

// The relation and, of a partitioned table, its partitions on all levels (Oids). `lock`: of the partitions; with NoLock
// one may be gone by the time it is looked at. Children by inheritance are separate tables.
List *partition_tree(Oid relation, LOCKMODE lock);

// Has the table, or a partition of it, a trigger, be it one of the server's own? True also where that is not known
// without a look at its partitions.
bool may_have_triggers(Oid relation);

// Those of the relations (Oids) that have one. From the cache of the catalog: opening thousands of partitions, or
// locking them, would cost more than a chunk.
List *with_triggers(List *relations);

// Is there a UNIQUE or EXCLUDE constraint in the tree (Oids of a table and its partitions) whose check is a trigger,
// one that the switch of foreign keys turns off too?
bool has_deferrable_index(List *tree);

// "ONLY " where the SQL name of a relation of this kind (relkind, of either side) would also mean the tables that
// inherit from it: those are tables in their own right. Partitions are not, and belong to what their table's name
// means.
inline const char *only_itself(char relkind) { return relkind == RELKIND_RELATION ? "ONLY " : ""; }

// Attribute numbers of the columns that UNIQUE and EXCLUDE indexes of the table or partition hold as they are.
Bitmapset *uniquely_indexed_columns(Oid relation);

// The current user's name.
Name caller_name();

}  // namespace confiture

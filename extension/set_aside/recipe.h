// What puts an index, a constraint or a foreign key back exactly as it is: statements, read from the catalog.
#pragma once

#include "pg/pg.h"

namespace confiture {

// The order in which things come back. All of a step are done before the next begins.
enum class RestoreStep : int16 {
  table_index = 1,  // indexes and constraints of tables and of leaf partitions, in parallel
  whole_index = 2,  // those of partitioned tables, which gather their partitions' ones
  foreign_key = 3,  // not valid yet
  trigger = 4,
  validation = 5,          // foreign keys become valid, after the run has verified them
  remade_foreign_key = 6,  // those to partitioned tables become valid, in all their parts, only when made again
  whole_foreign_key = 7,   // those of partitioned tables, which gather their partitions' ones
  remade_whole_key = 8,    // those from partitioned tables to others, made again
  moved_key_parts = 9,     // the parts of both give up the names that other parts had, on the same table
  key_parts = 10,          // and get theirs
};

struct Recipe {
  RestoreStep step;
  const char *kind;  // as in confiture.set_aside
  Oid relation;
  Oid referenced;    // foreign keys: the other table
  const char *name;  // not quoted
  List *statements;  // char *
};

// The recipes (Recipe *) of an index that is no part of another one; of all its parts when its table is partitioned.
List *index_recipes(Oid index);

// The statement that drops it, with all its parts.
char *drop_index_statement(Oid index);

// The recipe that puts a foreign key of one table back, not yet valid, and the one that makes it valid.
Recipe *foreign_key_recipe(Oid constraint);
Recipe *validation_recipe(const Recipe *foreign_key);

// The recipe of a partitioned table's foreign key, and of those of its partitioned partitions (Oids, from the bottom
// up). Each takes in those of its partitions, which are valid by then, without reading a row.
Recipe *whole_foreign_key_recipe(List *constraints);

// A foreign key to a partitioned table has a part for each partition, too. The recipe that makes the key, which is back
// by then, again with all of them valid, and those that give them their names and comments.
Recipe *remade_foreign_key_recipe(Oid constraint);
List *key_parts_recipes(Oid constraint);

void run_recipes(List *recipes);

// Are the statements of two lists of recipes the same?
bool same_recipes(List *recipes, List *others);

}  // namespace confiture

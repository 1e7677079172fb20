// The stored seeds of a subset, and which references it follows.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct Seed {
  const char *relation;   // qualified, quoted
  const char *condition;  // SQL on the source; nullptr: all rows
  int64 rows;             // at most; 0: all
  double percent;         // 0: all
};

struct Follow {
  const char *relation;  // the referencing table, qualified and quoted
  const char *key;       // a foreign key's name, or a declared reference's text
  bool is_by_default;    // whether it is followed hangs on the row
  bool follows;          // ... or not
  int rows_per_parent;   // 0: all
};

// Adds to the parameters of a run what is stored: the seeds ("seeds"), unless it has its own ("subset"), and with any
// of these the follows. Ereports 42501 for a seed that was set by another role that is not a superuser: its condition
// runs on the source with the rights of the caller. Wants SPI connected.
Jsonb *settle_subset(Jsonb *parameters);

// Reads what a run keeps: an object with a member for each table (Seed *), and an array (Follow *). Ereports 22023,
// 42601. Wants SPI connected.
List *read_seeds(const Jsonb *seeds);
List *read_follows(const Jsonb *follows);

// Store in place of what there was, and remove; false: there was nothing. Want SPI connected.
void store_seed(Oid relation, const Seed *seed);
bool delete_seed(Oid relation);
void store_follow(Oid relation, const Follow *follow);
bool delete_follow(Oid relation, const char *key);

}  // namespace confiture

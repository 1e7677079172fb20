// Foreign keys of and to a target table.
#pragma once

#include "../pg/pg.h"

namespace confiture {

struct foreign_key {
  Oid oid;
  const char *name;       // quoted
  const char *bare_name;  // not quoted
  Oid referencing, referenced;
  const char *referencing_name, *referenced_name;  // qualified, quoted
  bool is_inbound;                                 // another table references the target, which does not itself
  bool is_referenced;                              // rows outside the target reference it (siblings of a partition do)
  bool is_validated;                               // false: NOT VALID
  bool is_temporal;                                // PERIOD
  bool references_key;                             // the referenced columns are the primary key
  const char *reference_count;                     // SQL: how many rows reference anything at all, one at most
  const char *violation_count;                     // SQL: how many rows reference what is not there
  const char *remove_violations;                   // SQL: deletes them
  const char *null_violations;                     // SQL: makes them reference nothing; nullptr: columns are NOT NULL
};

// The enforced foreign keys whose one side is in the tree (list of Oid). Wants SPI connected.
List *load_foreign_keys(List *tree);

// Is there a row that references anything?
bool has_references(const foreign_key *key);

// Locks both tables, so that no writer is at work, and counts the rows that violate the key, by anti-join.
int64 count_violations(const foreign_key *key, LOCKMODE lock);

// Blocks writers of the tables and counts by anti-join; ereports 23503 naming every violated key and its count.
void verify_foreign_keys(List *keys);

}  // namespace confiture

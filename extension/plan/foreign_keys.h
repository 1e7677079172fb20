// Foreign keys of and to a target table, and the references that are declared to be verified like them.
#pragma once

#include "source/keys.h"

namespace confiture {

struct ForeignKey {
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
  bool runs_code;                                  // reading its tables or comparing its columns runs code of users

  // Of a declared reference (declared.h), which is no constraint and has no OID; its name is its text.
  bool is_declared;
  const char *broken;          // why it cannot be verified: columns are gone, or of other types; nullptr: it can
  const char *drop_statement;  // removes the declaration
  bool has_expression;         // among what references
  const IndexColumns *index;   // what leads from a referenced row to those that reference it

  // SQL, the referencing table as f and the referenced one as p.
  const char *references;  // does f reference anything at all?
  const char *joins;       // does it reference p?
  const char *violates;    // does it reference what is not there? p is bound inside
  const char *set_null;    // assignments after which it references nothing; nullptr: columns are NOT NULL
};

// The enforced foreign keys of which one side is in the tree (list of Oid), as ForeignKey *. Wants SPI connected.
List *load_foreign_keys(List *tree);

// Makes `violates` of `references`, `joins` and what must hold of all rows that join (`covers`: " HAVING ...", or "").
void complete_key(ForeignKey *key, const char *covers);

// "foreign key orders_customer_id_fkey"
char *key_label(const ForeignKey *key);

// Is there a row that references anything? Asked as the referencing table's owner, leaving nothing behind.
bool has_references(const ForeignKey *key);

// Can the key be verified by an anti-join? The caller must be allowed to read both tables, and so must the owner whose
// code runs then: that of either table.
bool can_be_joined(const ForeignKey *key);

// Locks a table and its partitions.
void block_writers(Oid relation, LOCKMODE lock);

// Locks both tables, so that no writer is at work, and counts the rows that violate the key, by anti-join. Wants
// can_be_joined(). Errors come without values.
int64 count_violations(const ForeignKey *key, LOCKMODE lock);

// SQL that deletes those rows, or makes them reference nothing (nullptr: cannot be done).
char *remove_violations(const ForeignKey *key);
char *null_violations(const ForeignKey *key);

// Blocks writers of the tables and counts by anti-join; ereports 23503 naming every violated key and its count.
void verify_foreign_keys(List *keys);

}  // namespace confiture

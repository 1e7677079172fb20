// What a foreign scan needs to know of its table: the plan of the columns, judged and compiled. Kept for the session
// and made again after each change of rules, masking key, policy, options or the source's table.
#pragma once

#include "load/transfer.h"
#include "scan/shippable.h"
#include "source/kept.h"

namespace confiture {

// A column of the foreign table.
struct ScanColumn {
  const WireColumn *wire;  // nullptr: it is always NULL
  bool is_plain;           // passed as it is, of the same built-in type on both sides: conditions on it may be shipped
  bool is_invertible;      // masked, and an equality may be shipped by the mask's inverse: see inverse.h
  bool is_deterministic;   // its collation on the source calls equal only what is the same text
};

// Lives at least as long as the transaction.
struct ScanPlan {
  Oid relation, server, role;
  const Transfer *transfer;  // of all columns
  ScanColumn *columns;       // by attribute number - 1
  int n_columns;
  Shippables shippables;
  bool calls_user_code;   // a type's input function may be a user's
  double estimated_rows;  // on the source; < 0: unknown
};

// The plan for reading the foreign table as a role, checked against the source once in each transaction. Ereports the
// problems of the columns (55000), with the statements that settle them.
const ScanPlan *scan_plan(Oid relation, Oid role);

// Makes sure that a connection's session sees the table as it was planned, and locks it there against changes. Ereports
// 55000 otherwise.
void check_shape(const ScanPlan *plan, const Lease *lease);

}  // namespace confiture

// Does a run fit the lock table of a server? A transaction that fills it fails with "out of shared memory", and so do
// those of others.
#pragma once

#include "source/query.h"

namespace confiture {

// What the locks of one transaction on tables come to, and how many the server has room for in all.
struct LockNeed {
  int64 needed;
  int64 room;
  int64 setting;  // max_locks_per_transaction
};

// Of the tables (Oids) with their partitions: on the source, whose names need no transaction to be looked up, and here.
// The latter wants SPI connected.
LockNeed locks_on_source(Source *source, List *relations);
LockNeed locks_here(List *relations);

// Why the need is too great, nullptr: it is not. *fix: what helps.
const char *lock_objection(const LockNeed *need, const char *where, const char **fix);

}  // namespace confiture

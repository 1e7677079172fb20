// Puts back what set_aside.h took off. All of these want SPI connected and the session entered (pg/session.h).
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

// Puts one unclaimed thing back: indexes and constraints first, the largest tables' before others, then foreign keys
// (not valid yet), then triggers. In the caller's transaction, best a short one: other processes may do the same at the
// same time. False: nothing is left to do, or others have claimed the rest. What fails is left out of all later calls,
// with its error in confiture.set_aside. `show` is lock_patiently()'s.
bool restore_one(int64 run_id, Callback<void()> show);

// The same for the later steps of foreign keys, once they are verified (run/foreign_keys.h): they become valid, except
// those with violations that stay.
bool validate_one(int64 run_id, Callback<void()> show);

struct AwaitedKey {
  Oid constraint;
  Oid referencing;   // the table that the key, or the one that it is a part of, was declared on
  const char *name;  // of that one, not quoted
};

// The foreign keys that are to become valid (AwaitedKey *).
List *keys_to_validate(int64 run_id);

// Clears the errors of what failed, for another try.
void retry_failed(int64 run_id);

// When restore_one() finds nothing to do: is another process still restoring?
bool is_being_restored(int64 run_id);

// What failed, a sentence for each, nullptr for nothing.
const char *restore_failures(int64 run_id);

// Everything in the caller's transaction. Returns how many came back.
int64 restore_all(int64 run_id);

}  // namespace confiture

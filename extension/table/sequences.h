// Sequences of the target after a load: none may give out again what rows hold.
#pragma once

#include "plan/plan.h"

namespace confiture {

// A sequence of the target.
struct Sequence {
  Oid oid;
  const char *name;           // qualified, quoted
  const char *values_in_use;  // SQL expressions: the greatest (descending: the least) value of each column that takes
                              // from it; nullptr: no column does
  int64 increment, start, least, most;
  bool cycles;
};

// Where a sequence is to stand; !is_known: nothing says so.
struct SequencePosition {
  bool is_known;
  int64 value;
  bool is_called;  // false: `value` is the next one
};

// Is a value behind another one, in the direction that the sequence counts?
bool is_past(const Sequence *sequence, int64 value, int64 other);

// Behind all values in use, within the sequence's limits; not known when there are none.
SequencePosition position_in_use(const Sequence *sequence);

// Sets a sequence. Warns instead when the current user may not, and also when it has no value left. `atomic`: it is
// set back with the transaction, which only the sequence's owner can do.
void set_sequence(const Sequence *sequence, SequencePosition position, bool atomic);

// Sets each sequence owned by a loaded column (serial, identity) so that the next INSERT gets a fresh value: past the
// greatest one here (the least one for descending sequences), in the caller's transaction.
void set_sequences(const SyncPlan *plan);

}  // namespace confiture

// Sequences that belong to columns of the target.
#pragma once

#include "plan/plan.h"

namespace confiture {

// Sets each sequence owned by a loaded column (serial, identity) so that the next INSERT gets a fresh value: past the
// greatest one here (the least one for descending sequences), in the caller's transaction. Warns about those that have
// no value left or are not the caller's to alter.
void set_sequences(const SyncPlan *plan);

}  // namespace confiture

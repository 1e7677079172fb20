// What chunks cost the processor, and the control tables of it: shown by confiture.checkpoints.
#pragma once

#include "pg/callback.h"
#include "pg/pg.h"

namespace confiture {

struct ChunkCost {
  int64 all_us;         // processor time of this process
  int64 checkpoint_us;  // the part of as_checkpoint()
};

// To be called when this process begins to work on chunks.
void begin_costs();

// Calls body and counts it: what takes chunks, and records them as done. Not commits, which write the WAL of the rows.
void as_checkpoint(Callback<void()> body);

// Since it was last called, or begin_costs().
ChunkCost take_cost();

}  // namespace confiture

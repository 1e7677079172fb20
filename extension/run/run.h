// A run over many tables: the story of its leader.
#pragma once

#include "run/options.h"

namespace confiture {

struct RunResult {
  int64 run_id;
  const char *state;
  int64 tables, rows, bytes;
  int64 microseconds;
};

// Plans all tables, empties them and copies them with `jobs` processes; then puts back what was set aside, verifies
// foreign keys, sets sequences. Commits as it goes, unless options->atomic: then wants SPI connected with atomicity.
// Ereports when the run fails; what is done by then stays and can be resumed.
RunResult sync_database(const RunOptions *options, Jsonb *parameters);

// Goes on with a run; jobs 0: as many as it had.
RunResult resume_run(int64 run_id, int jobs, bool detach);

// Stops it; returns whether somebody was leading it.
bool cancel_run(int64 run_id);

}  // namespace confiture

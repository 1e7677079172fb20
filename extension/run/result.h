// What a run has done, for its caller.
#pragma once

#include "pg/pg.h"

namespace confiture {

struct RunResult {
  int64 run_id;
  const char *state;
  int64 tables, rows, bytes;  // done
  int64 microseconds;         // so far, or until it ended
};

// Ereports 42704 when the run's record was deleted. Wants SPI connected.
RunResult load_result(int64 run_id);

// What the caller of a run that did not succeed can do now, a hint in the given memory context. Wants SPI connected.
const char *way_on(int64 run_id, MemoryContext context);

// Ereports an ERROR for a run that failed, a WARNING for one that is partial. Wants SPI connected.
void report_result(const RunResult *result, bool is_atomic);

}  // namespace confiture

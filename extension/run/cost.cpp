#include "run/cost.h"

#include <time.h>

namespace confiture {

static int64 counted_from_us = 0, checkpoint_us = 0;

static int64 processor_us() {
  timespec now;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) return 0;
  return int64{now.tv_sec} * 1000 * 1000 + now.tv_nsec / 1000;
}

void begin_costs() {
  counted_from_us = processor_us();
  checkpoint_us = 0;
}

void as_checkpoint(Callback<void()> body) {
  int64 start_us = processor_us();
  body();
  checkpoint_us += processor_us() - start_us;
}

ChunkCost take_cost() {
  int64 now_us = processor_us();
  ChunkCost cost = {now_us - counted_from_us, checkpoint_us};
  counted_from_us = now_us;
  checkpoint_us = 0;
  return cost;
}

}  // namespace confiture

#include "pg/pg.h"

#include "pg/wait.h"

namespace confiture {

void wait_a_moment(long ms) {
  (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms, wait_event(WaitFor::processes));
  ResetLatch(MyLatch);
  CHECK_FOR_INTERRUPTS();
}

}  // namespace confiture

// Waiting for other processes.
#pragma once

namespace confiture {

// Waits up to `ms` milliseconds, less when the latch is set. Interrupts are handled: may ereport.
void wait_a_moment(long ms);

}  // namespace confiture

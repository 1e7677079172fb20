// Waiting for other processes.
#pragma once

namespace confiture {

// Waits up to `ms` milliseconds, less when the latch is set. Processes interrupts, so it may ereport.
void wait_a_moment(long ms);

}  // namespace confiture

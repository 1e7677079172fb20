// Why the process that leads a run ended, when it ends without an error that could be caught: its client is gone, or it
// was terminated. What kills the server, or the process itself, leaves no word.
#pragma once

namespace confiture {

// To be called by a process before it leads a run. Has no effect while the process has no run locked (run_lock.h).
void record_exits();

}  // namespace confiture

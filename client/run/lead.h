// CALL confiture.sync() and resume() from the command line: shows progress, cancels the run at Ctrl-C, and turns its
// end into an exit code.
#pragma once

#include "session.h"

namespace client::run {

struct RunCall {
  std::string statement;
  Parameters values;
  std::string resumed = {};  // the run that is resumed; empty for a new one
  bool detach = false;
};

ExitCode lead(Session &session, Connection &target, const RunCall &call);

}  // namespace client::run

// CALL confiture.sync() and resume() from the command line: what happens is told while they run, Ctrl-C cancels the
// run, and their end becomes an exit code.
#pragma once

#include "session.h"

namespace client::run {

struct RunCall {
  std::string statement;
  Parameters values;
  std::string resumed = {};  // the run that goes on
  bool detach = false;
};

ExitCode lead(Session &session, Connection &target, const RunCall &call);

}  // namespace client::run

// CALL confiture.sync() and resume() from the command line: what happens is told while they run, Ctrl-C cancels the
// run, and their end becomes an exit code.
#pragma once

#include "../session.h"

namespace client::run {

struct call {
  std::string statement;
  parameters values;
  std::string resumed = {};  // the run that goes on
  bool detach = false;
};

exit_code lead(session &in, connection &to, const call &what);

}  // namespace client::run

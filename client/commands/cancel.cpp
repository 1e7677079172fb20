#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command cancel(Session &in) {
  struct Options {
    std::string run;
  };
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "cancel";
  made.summary = "Stop a run; \"resume\" goes on with it";
  made.example = "confiture cancel 7";
  made.options = {{"RUN", "", &o->run, "The run's number", {}, true}};
  made.run = [o, &in] {
    Connection to = in.connect();
    if (to.value("SELECT confiture.cancel($1::bigint)", {o->run}) != "t")
      throw Error(ExitCode::failed, "run " + o->run + " is not running");
    in.out.note("Run " + o->run + " is cancelled. To go on with it: confiture resume " + o->run);
    return ExitCode::done;
  };
  return made;
}

}  // namespace client::commands

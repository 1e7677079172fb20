#include <memory>

#include "commands.h"

namespace client::commands {

cli::command cancel(session &in) {
  struct options {
    std::string run;
  };
  auto o = std::make_shared<options>();
  cli::command made;
  made.name = "cancel";
  made.summary = "Stop a run; \"resume\" goes on with it";
  made.example = "confiture cancel 7";
  made.options = {{"RUN", "", &o->run, "The run's number", {}, true}};
  made.run = [o, &in] {
    connection to = in.connect();
    if (to.value("SELECT confiture.cancel($1::bigint)", {o->run}) != "t")
      throw error(exit_code::failed, "run " + o->run + " is not running");
    in.out.note("Run " + o->run + " is cancelled. To go on with it: confiture resume " + o->run);
    return exit_code::done;
  };
  return made;
}

}  // namespace client::commands

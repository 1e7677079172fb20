#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command cancel(Session &session) {
  struct Options {
    std::string run;
  };
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "cancel";
  command.summary = "Stop a run; \"resume\" continues it";
  command.example = "confiture cancel 7";
  command.options = {{
      .names = "RUN",
      .destination = &options->run,
      .help = "The run's number",
      .required = true,
  }};
  command.run = [options, &session] {
    Connection target = session.connect();
    if (target.value("SELECT confiture.cancel($1::bigint)", {options->run}) != "t")
      throw Error(ExitCode::failed, "run " + options->run + " is not running");
    session.out.note("Run " + options->run + " is cancelled. To continue it: confiture resume " + options->run);
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands

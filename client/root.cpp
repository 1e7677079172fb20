// The global options, and the list of commands.
#include "commands/commands.h"

namespace client {

cli::Command root_command(Session &in, std::optional<std::string> &config_file, bool &version) {
  cli::Command root;
  root.name = "confiture";
  root.summary = "Refreshes a PostgreSQL database from another one and masks personal data on the way.";
  root.description =
      "The work is done by the extension confiture in the target database; this is its command line. "
      "The target is reached as psql reaches a database, the source is a foreign server of the target.";
  root.options = {
      {"-h,--host", "HOST", &in.target.host, "Target: host or directory of the socket"},
      {"-p,--port", "PORT", &in.target.port, "Target: port"},
      {"-U,--username", "NAME", &in.target.user, "Target: role to connect as"},
      {"-d,--dbname", "DBNAME", &in.target.dbname, "Target: database, or a connection string or URI"},
      {"-w,--no-password",
       "",
       &in.target.never_prompt,
       "Never ask for the target's password",
       {},
       false,
       cli::Completes::nothing,
       false},
      {"-W,--password",
       "",
       &in.target.always_prompt,
       "Ask for the target's password before connecting",
       {},
       false,
       cli::Completes::nothing,
       false},
      {"-s,--source", "SERVER", &in.server, "The foreign server to copy from; may be left out when there is one only"},
      {"--config",
       "FILE",
       &config_file,
       "Config file in place of ./confiture.toml and ~/.config/confiture/confiture.toml",
       {},
       false,
       cli::Completes::files,
       false},
      {"--json", "", &in.out.json, "Data as JSON, where a command has data"},
      {"-q,--quiet", "", &in.out.quiet, "Only data and errors"},
      {"-V,--version", "", &version, "Show the version and exit", {}, false, cli::Completes::nothing, false},
  };
  root.commands = {commands::init(in),    commands::clone(in),  commands::check(in),      commands::suggest(in),
                   commands::rules(in),   commands::plan(in),   commands::preview(in),    commands::sync(in),
                   commands::status(in),  commands::cancel(in), commands::resume(in),     commands::runs(in),
                   commands::report(in),  commands::verify(in), commands::strategies(in), commands::version(in),
                   commands::generate(in)};
  // Options alone: only --version means something.
  root.run = [&in, &version] {
    if (!version) throw Error(ExitCode::usage, "a command is missing", "Try \"confiture --help\".");
    return commands::version(in).run();
  };
  return root;
}

}  // namespace client

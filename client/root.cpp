// The global options, and the list of commands.
#include "commands/commands.h"

namespace client {

cli::Command root_command(Session &session, std::optional<std::string> &config_file, bool &version) {
  cli::Command root;
  root.name = "confiture";
  root.summary = "Refreshes a PostgreSQL database from another one and masks personal data on the way.";
  root.description =
      "The work is done by the extension confiture in the target database; this is its command line. "
      "The target is reached as psql reaches a database, the source is a foreign server of the target.";
  root.options = {
      {"-h,--host", "HOST", &session.target_options.host, "Target: host or directory of the socket"},
      {"-p,--port", "PORT", &session.target_options.port, "Target: port"},
      {"-U,--username", "NAME", &session.target_options.user, "Target: role to connect as"},
      {"-d,--dbname", "DBNAME", &session.target_options.dbname, "Target: database, or a connection string or URI"},
      {"-w,--no-password",
       "",
       &session.target_options.never_prompt,
       "Never ask for the target's password",
       {},
       false,
       cli::Completes::nothing,
       false},
      {"-W,--password",
       "",
       &session.target_options.always_prompt,
       "Ask for the target's password before connecting",
       {},
       false,
       cli::Completes::nothing,
       false},
      {"-s,--source", "SERVER", &session.server, "The foreign server to copy from; may be left out when there is one only"},
      {"--config",
       "FILE",
       &config_file,
       "Config file in place of ./confiture.toml and ~/.config/confiture/confiture.toml",
       {},
       false,
       cli::Completes::files,
       false},
      {"--json", "", &session.out.json, "Data as JSON, where a command has data"},
      {"-q,--quiet", "", &session.out.quiet, "Only data and errors"},
      {"-V,--version", "", &version, "Show the version and exit", {}, false, cli::Completes::nothing, false},
  };
  root.commands = {commands::init(session),    commands::clone(session),  commands::check(session),      commands::suggest(session),
                   commands::rules(session),   commands::plan(session),   commands::preview(session),    commands::sync(session),
                   commands::status(session),  commands::cancel(session), commands::resume(session),     commands::runs(session),
                   commands::report(session),  commands::verify(session), commands::strategies(session), commands::version(session),
                   commands::generate(session)};
  // Options alone: only --version means something.
  root.run = [&session, &version] {
    if (!version) throw Error(ExitCode::usage, "a command is missing", "Try \"confiture --help\".");
    return commands::version(session).run();
  };
  return root;
}

}  // namespace client

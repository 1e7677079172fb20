// The global options, and the list of commands.
#include "commands/commands.h"

namespace client {

cli::Command root_command(Session &session, std::optional<std::string> &config_file, bool &version) {
  cli::Command root;
  root.name = "confiture";
  root.summary = "Refreshes a PostgreSQL database from another one and masks personal data on the way.";
  root.description =
      "The extension confiture does the work in the target database; this is its command line. "
      "The target is reached as psql reaches a database, the source is a foreign server of the target.";
  root.options = {
      {"-h,--host", "HOST", &session.target_options.host, "Target: host or directory of the socket"},
      {"-p,--port", "PORT", &session.target_options.port, "Target: port"},
      {"-U,--username", "NAME", &session.target_options.user, "Target: role to connect as"},
      {"-d,--dbname", "DBNAME", &session.target_options.dbname, "Target: database, or a connection string or URI"},
      {
          .names = "-w,--no-password",
          .destination = &session.target_options.never_prompt,
          .help = "Never ask for the target's password",
          .is_setting = false,
      },
      {
          .names = "-W,--password",
          .destination = &session.target_options.always_prompt,
          .help = "Ask for the target's password before connecting",
          .is_setting = false,
      },
      {"-s,--source", "SERVER", &session.server,
       "The foreign server to copy from; may be left out while there is only one"},
      {
          .names = "--config",
          .value = "FILE",
          .destination = &config_file,
          .help = "Config file in place of ./confiture.toml and ~/.config/confiture/confiture.toml",
          .completion = cli::Completion::files,
          .is_setting = false,
      },
      {"--json", "", &session.out.json, "Data as JSON, where a command has data"},
      {"-q,--quiet", "", &session.out.quiet, "Only data and errors"},
      {
          .names = "-V,--version",
          .destination = &version,
          .help = "Show the version and exit",
          .is_setting = false,
      },
  };
  root.commands = {commands::init(session),       commands::clone(session),   commands::check(session),
                   commands::suggest(session),    commands::rules(session),   commands::plan(session),
                   commands::why(session),        commands::preview(session), commands::sync(session),
                   commands::status(session),     commands::cancel(session),  commands::resume(session),
                   commands::runs(session),       commands::report(session),  commands::verify(session),
                   commands::dump(session),       commands::push(session),    commands::key(session),
                   commands::strategies(session), commands::version(session), commands::generate(session),
                   commands::complete(session)};
  // Without a command only --version is complete.
  root.run = [&session, &version] {
    if (!version) throw Error(ExitCode::usage, "a command is missing", "Try \"confiture --help\".");
    return commands::version(session).run();
  };
  return root;
}

}  // namespace client

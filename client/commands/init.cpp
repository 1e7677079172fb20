// init: the extension, a foreign server for the source, and the caller's user mapping.
#include <memory>

#include "privileges.h"
#include "setup.h"
#include "source_access.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

struct Options {
  SourceAccess access;
  bool yes = false;
};

ExitCode run(const Options &options, Session &session) {
  Settings source = options.access.read();
  std::string server = session.server.value_or("source");
  Connection target = session.connect_plain();
  options.access.find_password(source, session.out);
  std::vector<SetupStep> steps = plan_setup(target, server, source);
  require_privileges(target, server, steps, false);
  std::string where =
      "In database " + target.value("SELECT current_database()") + ", as " + target.value("SELECT CURRENT_USER");
  if (!steps.empty() && !confirm_setup(where + ":", steps, options.yes, session.out)) return ExitCode::failed;
  Transaction all(target);
  carry_out_setup(target, server, steps);
  report_source(target, server, session.out);
  all.commit();
  session.out.note(steps.empty() ? "Everything is set up already." : "Done. Next: confiture suggest -o rules.yaml");
  return ExitCode::done;
}

}  // namespace

cli::Command init(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "init";
  command.summary = "Set up the target: the extension, a foreign server for the source, and your user mapping";
  command.description =
      "Shows the statements and asks before it executes them, in one transaction, which also connects to the source. "
      "Run again, it changes what differs. The password of the source comes from --password-file, else from ~/.pgpass, "
      "else it is asked for; a URI on the command line must not contain it. The server gets the name that --source "
      "gives (default: source).";
  command.example = "confiture init postgresql://reader@production.example.org/app -d staging";
  command.options = options->access.declare();
  command.options.push_back({"-y,--yes", "", &options->yes, "Do not ask for confirmation"});
  command.run = [options, &session] { return run(*options, session); };
  return command;
}

}  // namespace client::commands

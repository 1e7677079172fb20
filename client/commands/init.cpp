// init: the extension, a foreign server for the source, and the caller's user mapping.
#include <memory>

#include "setup.h"
#include "source_access.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

struct Options {
  SourceAccess access;
  bool yes = false;
};

ExitCode run(const Options &o, Session &in) {
  settings source = o.access.read();
  std::string server = in.server.value_or("source");
  Connection to = in.connect_plain();
  o.access.find_password(source, in.out);
  std::vector<SetupStep> steps = plan_setup(to, server, source);
  std::string where =
      "In database " + to.value("SELECT current_database()") + ", as " + to.value("SELECT CURRENT_USER");
  if (!steps.empty() && !confirm_setup(where + ":", steps, o.yes, in.out)) return ExitCode::failed;
  Transaction all(to);
  carry_out_setup(to, steps, source);
  report_source(to, server, in.out);
  all.commit();
  in.out.note(steps.empty() ? "Everything is there already." : "Done. To go on: confiture suggest -o rules.yaml");
  return ExitCode::done;
}

}  // namespace

cli::Command init(Session &in) {
  auto o = std::make_shared<Options>();
  cli::Command made;
  made.name = "init";
  made.summary = "Set up the target: the extension, a foreign server for the source, and your user mapping";
  made.description =
      "Shows the statements and asks before it runs them, in one transaction, which also connects to the source. "
      "Called "
      "again, it changes what differs. The password of the source comes from --password-file, else from ~/.pgpass, "
      "else it "
      "is asked for; a URI on the command line may not hold it. The server's name is that of --source (default: "
      "source).";
  made.example = "confiture init postgresql://reader@production.example.org/app -d staging";
  made.options = o->access.declare();
  made.options.push_back({"-y,--yes", "", &o->yes, "Do not ask"});
  made.run = [o, &in] { return run(*o, in); };
  return made;
}

}  // namespace client::commands

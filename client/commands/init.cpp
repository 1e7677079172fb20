// init: the extension, a foreign server for the source, and the caller's user mapping.
#include <memory>

#include "../setup.h"
#include "../terminal.h"
#include "commands.h"

namespace client::commands {

namespace {

struct options {
  source_access access;
  bool yes = false;
};

exit_code run(const options &o, session &in) {
  settings source = o.access.read();
  std::string server = in.server.value_or("source");
  connection to = in.connect_plain();
  o.access.find_password(source, in.out);
  std::vector<setup_step> steps = plan_setup(to, server, source);
  if (!steps.empty()) {
    in.out.note(printable("In database " + to.value("SELECT current_database()") + ", as " +
                          to.value("SELECT CURRENT_USER") + ":"));
    for (const setup_step &each : steps) in.out.note(printable("  " + each.shown + ";"));
    if (!o.yes && !is_interactive())
      throw error(exit_code::usage, "nobody is there to say yes, nothing was changed", "Give --yes.");
    if (!o.yes && !ask("Go on?")) {
      in.out.note("Nothing was changed.");
      return exit_code::failed;
    }
  }
  transaction all(to);
  carry_out_setup(to, steps, source);
  report_source(to, server, in.out);
  all.commit();
  in.out.note(steps.empty() ? "Everything is there already." : "Done. To go on: confiture suggest -o rules.yaml");
  return exit_code::done;
}

}  // namespace

cli::command init(session &in) {
  auto o = std::make_shared<options>();
  cli::command made;
  made.name = "init";
  made.summary = "Set up the target: the extension, a foreign server for the source, and your user mapping";
  made.description =
      "Shows the statements and asks before it runs them, in one transaction, which also connects to the source. "
      "Called "
      "again, it changes what differs. The password of the source comes from --password-file, else from ~/.pgpass, "
      "else it "
      "is asked for; a URI on the command line may not hold it. The server's name is that of --source (default: "
      "source).";
  made.options = o->access.declare();
  made.options.push_back({"-y,--yes", "", &o->yes, "Do not ask"});
  made.run = [o, &in] { return run(*o, in); };
  return made;
}

}  // namespace client::commands

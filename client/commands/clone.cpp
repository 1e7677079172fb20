#include "clone/clone.h"

#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command clone(Session &in) {
  auto o = std::make_shared<clone::Options>();
  cli::Command made;
  made.name = "clone";
  made.summary = "Make a masked copy of the source in an empty database: schema, rows, indexes";
  made.description =
      "Tables come by pg_dump and pg_restore, rows by a run, indexes and constraints by parallel jobs of pg_restore "
      "afterwards. The same command goes on where it stopped. Owners, privileges, publications and subscriptions are "
      "not "
      "copied.";
  made.example =
      "confiture clone postgresql://reader@production.example.org/app -d staging --create --rules rules.yaml";
  made.options = o->access.declare();
  std::vector<cli::Option> own = {
      {"--create", "", &o->create, "Create the database that -d names, if it is not there"},
      {"--rules",
       "FILE",
       &o->rules_file,
       "A rules file to import before rows are copied",
       {},
       false,
       cli::Completes::files},
      {"--exclude", "PATTERN", &o->exclude, "Tables whose rows are not copied; may be repeated"},
      {"-j,--jobs", "NUMBER", &o->jobs, "How many jobs copy and build at a time (default 2)"},
      {"--policy", "POLICY", &o->policy, "What about columns without a rule", {"strict", "guard", "off"}},
      {"--state",
       "DIR",
       &o->state_directory,
       "Where to remember how far it came (default: the database's name and .clone)",
       {},
       false,
       cli::Completes::files},
      {"-y,--yes", "", &o->yes, "Do not ask"},
  };
  made.options.insert(made.options.end(), own.begin(), own.end());
  made.run = [o, &in] { return clone::run(*o, in); };
  return made;
}

}  // namespace client::commands

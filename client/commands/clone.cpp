#include "clone/clone.h"

#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command clone(Session &session) {
  auto options = std::make_shared<clone::CloneOptions>();
  cli::Command command;
  command.name = "clone";
  command.summary = "Make a masked copy of the source in an empty database: schema, rows, indexes";
  command.description =
      "Tables come by pg_dump and pg_restore, rows by a run, indexes and constraints by parallel jobs of pg_restore "
      "afterwards. The same command goes on where it stopped. Owners, privileges, publications and subscriptions are "
      "not "
      "copied.";
  command.example =
      "confiture clone postgresql://reader@production.example.org/app -d staging --create --rules rules.yaml";
  command.options = options->access.declare();
  std::vector<cli::Option> own = {
      {"--create", "", &options->create, "Create the database that -d names, if it is not there"},
      {"--rules",
       "FILE",
       &options->rules_file,
       "A rules file to import before rows are copied",
       {},
       false,
       cli::Completes::files},
      {"--exclude", "PATTERN", &options->exclude, "Tables whose rows are not copied; may be repeated"},
      {"-j,--jobs", "NUMBER", &options->jobs, "How many jobs copy and build at a time (default 2)"},
      {"--policy", "POLICY", &options->policy, "What about columns without a rule", {"strict", "guard", "off"}},
      {"--state",
       "DIR",
       &options->state_directory,
       "Where to remember how far it came (default: the database's name and .clone)",
       {},
       false,
       cli::Completes::files},
      {"-y,--yes", "", &options->yes, "Do not ask"},
  };
  command.options.insert(command.options.end(), own.begin(), own.end());
  command.run = [options, &session] { return clone::run(*options, session); };
  return command;
}

}  // namespace client::commands

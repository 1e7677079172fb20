#include "clone/replace.h"

#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command clone(Session &session) {
  auto options = std::make_shared<clone::CloneOptions>();
  cli::Command command;
  command.name = "clone";
  command.summary = "Make a masked copy of the source in an empty database: schema, rows, indexes";
  command.description =
      "The schema comes from pg_dump. Tables first; then a run copies the rows; then parallel jobs build indexes and "
      "constraints; at the end all definitions are compared with the source's. The same command continues where it "
      "stopped. Owners, privileges, tablespaces, publications and subscriptions are not copied.";
  command.example =
      "confiture clone postgresql://reader@production.example.org/app -d staging --create --rules rules.yaml";
  command.options = options->access.declare();
  std::vector<cli::Option> own = {
      {"--create", "", &options->create, "Create the database that -d names, with the source's encoding and locale"},
      {"--replace", "", &options->replace,
       "Build the copy beside the one there is, and exchange the names when all is done"},
      {"--keep", "NUMBER", &options->keep, "With --replace: how many replaced copies to keep (default 1)"},
      {
          .names = "--rules",
          .value = "FILE",
          .destination = &options->rules_file,
          .help = "A rules file to import before rows are copied",
          .completion = cli::Completion::files,
      },
      {
          .names = "--key-file",
          .value = "FILE",
          .destination = &options->key_file,
          .help = "The masking key, as \"key export\" writes it: copies with one key mask alike",
          .completion = cli::Completion::files,
      },
      {"--exclude", "PATTERN", &options->exclude, "Tables whose rows are not copied; may be repeated"},
      {"-j,--jobs", "NUMBER", &options->jobs, "Number of jobs that copy and build in parallel (default 2)"},
      {
          .names = "--policy",
          .value = "POLICY",
          .destination = &options->policy,
          .help = "How columns without a rule are judged",
          .choices = {"strict", "guard", "auto", "off"},
      },
      {
          .names = "--state",
          .value = "DIR",
          .destination = &options->state_directory,
          .help = "Directory for the progress of the clone (default: the database's name and .clone)",
          .completion = cli::Completion::files,
      },
      {"--trust-constraints", "", &options->trust_constraints,
       "Do not look for rows of the source that violate its constraints"},
      {"-y,--yes", "", &options->yes, "Do not ask for confirmation"},
  };
  command.options.insert(command.options.end(), own.begin(), own.end());
  command.run = [options, &session] {
    return options->replace ? clone::replace(*options, session) : clone::run(*options, session);
  };
  return command;
}

}  // namespace client::commands

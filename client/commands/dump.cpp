#include "dump/dump.h"

#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command dump(Session &session) {
  auto options = std::make_shared<dump::DumpOptions>();
  cli::Command command;
  command.name = "dump";
  command.summary = "Write the masked target as a file for pg_restore, without Confiture in it";
  command.description =
      "As pg_dump does, without the extension, its schema, its foreign servers and user mappings, and what needs them, "
      "such as masked foreign tables. The file restores in a server that does not have the extension: RDS, Cloud SQL, "
      "a laptop. A target whose newest run is not done is refused, and one with rows that no run "
      "wrote.";
  command.example = "confiture dump -o staging.dump";
  command.options = {
      {
          .names = "-o,--output",
          .value = "FILE",
          .destination = &options->file,
          .help = "File to write, or the directory",
          .required = true,
          .completion = cli::Completion::files,
      },
      {
          .names = "-F,--format",
          .value = "FORMAT",
          .destination = &options->format,
          .help = "Format of the file: c (custom, the default), d (directory) or p (plain SQL)",
          .choices = {"c", "d", "p", "custom", "directory", "plain"},
      },
      {"-j,--jobs", "NUMBER", &options->jobs, "Number of parallel jobs, in directory format"},
      {"-O,--no-owner", "", &options->no_owner, "Leave out the owners of objects"},
      {"-x,--no-privileges", "", &options->no_privileges, "Leave out privileges"},
      {"--incomplete", "", &options->incomplete,
       "Also dump a target whose newest run is not done, or with rows that no run wrote"},
  };
  command.run = [options, &session] { return dump::run(*options, session); };
  return command;
}

}  // namespace client::commands

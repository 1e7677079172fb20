#include "push/push.h"

#include <memory>

#include "commands/commands.h"

namespace client::commands {

cli::Command push(Session &session) {
  auto options = std::make_shared<push::PushOptions>();
  cli::Command command;
  command.name = "push";
  command.summary = "Copy the masked target into a server where the extension cannot be";
  command.description =
      "The schema without Confiture, then the rows of one snapshot by parallel COPY, then indexes and constraints: as "
      "dump and pg_restore, without a file. Each table is committed with a mark, in the schema confiture_push of the "
      "destination, which disappears at the end; --resume continues from there. Owners and privileges are not copied.";
  command.example = "confiture push --to postgresql://admin@staging.example.org/app";
  command.options = {
      {"--to", "URI", &options->to,
       "The database to write to, without a password: postgresql://user@host:port/database; - reads it from standard "
       "input"},
      {
          .names = "--password-file",
          .value = "FILE",
          .destination = &options->password_file,
          .help = "A file whose first line is the destination's password, readable by you alone",
          .completion = cli::Completion::files,
      },
      {"-j,--jobs", "NUMBER", &options->jobs,
       "Number of tables to copy, and of indexes to build, in parallel (default 2)"},
      {"--clean", "", &options->clean, "Drop the target's tables and other objects there first, in one transaction"},
      {"--resume", "", &options->resume, "Continue an unfinished push"},
      {"--incomplete", "", &options->incomplete,
       "Also push a target whose newest run is not done, or with rows that no run wrote"},
      {"-y,--yes", "", &options->yes, "Do not ask for confirmation"},
  };
  command.run = [options, &session] { return push::run(*options, session); };
  return command;
}

}  // namespace client::commands

#include "commands/commands.h"

namespace client::commands {

cli::Command version(Session &session) {
  cli::Command command;
  command.name = "version";
  command.summary = "Show the version of the client and of libpq";
  command.description = "Does not connect; \"confiture check\" shows the versions of the servers and of the extension.";
  command.example = "confiture version --json";
  command.run = [&session] {
    int libpq = PQlibVersion();
    std::string libpq_text = std::to_string(libpq / 10000) + "." + std::to_string(libpq % 10000);
    if (session.out.json)
      session.out.data(pretty_json(R"({"confiture": ")" CONFITURE_VERSION R"(", "libpq": ")" + libpq_text + "\"}"));
    else
      session.out.data("confiture " CONFITURE_VERSION " (libpq " + libpq_text + ")\n");
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands

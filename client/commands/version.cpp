#include "commands/commands.h"

namespace client::commands {

cli::Command version(Session &in) {
  cli::Command made;
  made.name = "version";
  made.summary = "Show the version of the client and of libpq";
  made.description = "Connects to nothing; \"confiture check\" tells the versions of the servers and of the extension.";
  made.example = "confiture version --json";
  made.run = [&in] {
    int libpq = PQlibVersion();
    std::string libpq_text = std::to_string(libpq / 10000) + "." + std::to_string(libpq % 10000);
    if (in.out.json)
      in.out.data(pretty_json(R"({"confiture": ")" CONFITURE_VERSION R"(", "libpq": ")" + libpq_text + "\"}"));
    else
      in.out.data("confiture " CONFITURE_VERSION " (libpq " + libpq_text + ")\n");
    return ExitCode::done;
  };
  return made;
}

}  // namespace client::commands

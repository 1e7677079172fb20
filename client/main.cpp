#include <fcntl.h>
#include <unistd.h>

#include <clocale>
#include <iostream>

#include "cli/parser.h"
#include "commands/commands.h"

// If the caller closed stdout or stderr, a connection would get its descriptor, and output would go to the server.
static void fill_standard_streams() {
  for (int fd = open("/dev/null", O_RDONLY); fd >= 0; fd = open("/dev/null", O_RDONLY))
    if (fd > STDERR_FILENO) {
      close(fd);
      return;
    }
}

int main(int argc, char **argv) {
  using client::ExitCode;
  fill_standard_streams();
  std::setlocale(LC_CTYPE, "");
  client::Session session;
  std::optional<std::string> config_file;
  bool version = false;
  client::cli::Command root = client::root_command(session, config_file, version);
  try {
    client::cli::ParsedCommand command = client::cli::parse(root, argc, argv);
    if (command.chosen == nullptr) return 0;
    client::show_notices(!session.out.quiet);
    ExitCode code = command.chosen->run();
    if (!command.chosen->hidden) session.out.finish(code);
    return static_cast<int>(code);
  } catch (const client::Error &problem) {
    session.out.complain(problem);
    return static_cast<int>(problem.code());
  } catch (const std::exception &problem) {
    session.out.complain(client::Error(ExitCode::failed, problem.what()));
    return static_cast<int>(ExitCode::failed);
  }
}

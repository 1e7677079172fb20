#include <memory>

#include "cli/pages.h"
#include "commands/commands.h"

namespace client::commands {

cli::Command generate(Session &session) {
  auto page = std::make_shared<std::string>();
  cli::Command command;
  command.name = "generate";
  command.summary = "Write the man page or a shell's completion";
  command.hidden = true;
  command.options = {{
      .names = "WHAT",
      .destination = page.get(),
      .help = "What to write",
      .choices = {"man", "bash", "zsh", "fish"},
      .required = true,
  }};
  command.run = [page, &session] {
    Session unused;
    std::optional<std::string> config_file;
    bool version = false;
    cli::Command root = root_command(unused, config_file, version);
    session.out.data(*page == "man"    ? cli::man_page(root, CONFITURE_VERSION)
                     : *page == "bash" ? cli::bash_completion(root)
                     : *page == "zsh"  ? cli::zsh_completion(root)
                                       : cli::fish_completion(root));
    return ExitCode::done;
  };
  return command;
}

}  // namespace client::commands

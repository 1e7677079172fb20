#include <memory>

#include "cli/pages.h"
#include "commands/commands.h"

namespace client::commands {

cli::Command generate(Session &in) {
  auto what = std::make_shared<std::string>();
  cli::Command made;
  made.name = "generate";
  made.summary = "Write the man page or a shell's completion";
  made.hidden = true;
  made.options = {{"WHAT", "", what.get(), "What to write", {"man", "bash", "zsh", "fish"}, true}};
  made.run = [what, &in] {
    Session unused;
    std::optional<std::string> config_file;
    bool version = false;
    cli::Command root = root_command(unused, config_file, version);
    in.out.data(*what == "man"    ? cli::man_page(root, CONFITURE_VERSION)
                : *what == "bash" ? cli::bash_completion(root)
                : *what == "zsh"  ? cli::zsh_completion(root)
                                  : cli::fish_completion(root));
    return ExitCode::done;
  };
  return made;
}

}  // namespace client::commands

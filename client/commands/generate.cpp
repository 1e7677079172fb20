#include <memory>

#include "../cli/pages.h"
#include "commands.h"

namespace client::commands {

cli::command generate(session &in) {
  auto what = std::make_shared<std::string>();
  cli::command made;
  made.name = "generate";
  made.summary = "Write the man page or a shell's completion";
  made.hidden = true;
  made.options = {{"WHAT", "", what.get(), "What to write", {"man", "bash", "zsh", "fish"}, true}};
  made.run = [what, &in] {
    session unused;
    std::optional<std::string> config_file;
    bool version = false;
    cli::command root = root_command(unused, config_file, version);
    in.out.data(*what == "man"    ? cli::man_page(root, CONFITURE_VERSION)
                : *what == "bash" ? cli::bash_completion(root)
                : *what == "zsh"  ? cli::zsh_completion(root)
                                  : cli::fish_completion(root));
    return exit_code::done;
  };
  return made;
}

}  // namespace client::commands

// Questions to the person at the terminal.
#pragma once

#include <optional>
#include <string>

namespace client {

// Whether stdin and stderr are a terminal, so that questions can be asked.
bool is_interactive();

// Asks yes or no, and notes after a no that nothing was changed. Off a terminal it throws a usage error with this hint.
bool confirm(const std::string &question, const std::string &hint);

// Reads a line without echo. Throws a usage error when there is no terminal.
std::string ask_password(const std::string &prompt);

// The terminal behind stderr, where a live view is shown.
struct Screen {
  int width = 80;
  int height = 24;
  bool utf8 = false;
  bool colour = false;
};
// Nothing where stderr is not a terminal, or one that cannot move its cursor.
std::optional<Screen> stderr_screen();

}  // namespace client

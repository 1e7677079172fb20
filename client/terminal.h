// Questions to the person at the terminal.
#pragma once

#include <optional>
#include <string>

namespace client {

// Is there somebody to ask?
bool is_interactive();

// Asks yes or no; tells that no changes nothing. With nobody to ask it throws a usage error with this hint.
bool confirm(const std::string &question, const std::string &hint);

// What is typed, unseen. Throws a usage error when there is no terminal.
std::string ask_password(const std::string &prompt);

// Of stderr, where a live view is shown.
struct Screen {
  int width = 80;
  int height = 24;
  bool utf8 = false;
  bool colour = false;
};
// Nothing where stderr is no terminal, or one that cannot move its cursor.
std::optional<Screen> stderr_screen();

}  // namespace client

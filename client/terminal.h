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

struct Screen {
  int width = 80;
  int height = 24;
  bool utf8 = false;
  bool colour = false;
};
// The terminal behind stderr, where a live view is shown, or behind stdout. Nothing where there is none, or one that
// cannot move its cursor.
std::optional<Screen> stderr_screen();
std::optional<Screen> stdout_screen();

// Shows the text by the program in PSQL_PAGER or PAGER, else less, as psql does: where stdout is a terminal that has
// not as many lines, and stdin is one too. Returns whether it did.
bool show_in_pager(const std::string &text);

}  // namespace client

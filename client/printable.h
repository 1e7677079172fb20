// Text from elsewhere, such as names in a database, made safe for a terminal.
#pragma once

#include <string>

namespace client {

// Shows control characters instead of letting the terminal obey them: ESC becomes \x1b, a line end \n.
// `keep_lines`: line ends and tabs stay as they are.
std::string printable(const std::string &text, bool keep_lines = false);

// The number of columns that the text takes on a terminal.
int display_width(const std::string &text);

}  // namespace client

// Hints of the server, which speaks SQL, in the words of this program.
#pragma once

#include <string>

namespace client {

// Replaces calls of the extension's functions by the commands that do the same; what has no command stays SQL.
std::string as_commands(const std::string &hint);

}  // namespace client

// Questions to the person at the terminal.
#pragma once

#include <string>

namespace client {

// Is there somebody to ask?
bool is_interactive();

// Yes or no; no when there is nobody.
bool ask(const std::string &question);

// What is typed, unseen. Throws a usage error when there is no terminal.
std::string ask_password(const std::string &prompt);

}  // namespace client

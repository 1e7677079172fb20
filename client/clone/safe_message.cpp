#include "clone/safe_message.h"

namespace client::clone {

// Codes of constraints (class 23) come with messages that name the constraint; the row is in the detail.
std::string safe_message(const ServerError &problem) {
  for (const char *harmless : {"08", "0A", "23", "28", "42", "53", "54", "55", "57"})
    if (problem.sqlstate().starts_with(harmless)) return problem.what();
  return "SQLSTATE " + problem.sqlstate() + "; the message could quote a value and is withheld";
}

}  // namespace client::clone

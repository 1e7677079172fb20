// What may be shown of an error that a statement met while it read rows.
#pragma once

#include <string>

#include "connection.h"

namespace client::clone {

// The server's message, or only its SQLSTATE where it could quote a value.
std::string safe_message(const ServerError &problem);

}  // namespace client::clone

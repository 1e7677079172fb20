// The extension in the target: is it there, and does this client go with it?
#pragma once

#include <string>

#include "connection.h"

namespace client {

// Its version. Throws when the database has none, or one whose functions this client does not know.
std::string require_extension(Connection &target);

// The statement that makes or updates it, "" when it is as this client wants it. Throws when the server has no files of
// it.
std::string plan_extension(Connection &target);

// Throws when the server is older than the extension can be.
void require_postgresql(const Connection &target);

}  // namespace client

// The extension in the target: whether it is installed, and whether this client is compatible with it.
#pragma once

#include <string>

#include "connection.h"

namespace client {

// Returns its version. Throws when it is not installed, or when this client does not know the functions of its version.
std::string require_extension(Connection &target);

// Returns the statement that creates or updates it, "" when its version is compatible. Throws when the server does not
// have its files.
std::string plan_extension(Connection &target);

// Throws when the server is older than any that the extension supports.
void require_postgresql(const Connection &target);

}  // namespace client

// A file with a masking key in hex, which its owner alone may read.
#pragma once

#include <string>

#include "connection.h"

namespace client {

// Returns the hex digits. Throws when other users can read the file.
std::string read_key_file(const std::string &name);

// Creates the file; throws when there is one of that name.
void write_key_file(const std::string &name, const std::string &key);

// Replaces the target's masking key, as data of COPY, which no setting logs. Returns its id.
std::string set_key(Connection &target, const std::string &key);

std::string key_id(Connection &target);

}  // namespace client

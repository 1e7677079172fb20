// Files with a secret in their first line: passwords, the masking key.
#pragma once

#include <string>

namespace client {

// Throws where others may read or write the file. `kind` is the word for it in messages: "password file".
std::string read_secret(const std::string &name, const std::string &kind);

}  // namespace client

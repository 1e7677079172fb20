// TOML of others, before toml11 reads it: that calls itself for each bracket and each dot of a key, and a file of them
// would end our stack.
#pragma once

#include <string>

namespace client {

// Deeper than any file of ours, and shallow enough for every stack.
constexpr int deepest_nesting = 32;

bool is_too_deep(const std::string &toml);

}  // namespace client

// A check of TOML before toml11 reads it: toml11 recurses for each bracket and each dot of a key, so that a file full
// of them would overflow the stack.
#pragma once

#include <string>

namespace client {

// Deeper than any sensible file, and shallow enough for every stack.
constexpr int deepest_nesting = 32;

bool is_too_deep(const std::string &toml);

}  // namespace client

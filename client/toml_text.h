// TOML files: read by toml++, which recurses for each bracket and each dot of a key, so that a file full of them would
// overflow the stack; that is checked first.
#pragma once

#include <string>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace client {

// Deeper than any sensible file, and shallow enough for every stack.
constexpr int deepest_nesting = 32;

bool is_too_deep(const std::string &toml);

// Throws Error (usage) with the file's name, the line and what is wrong there.
toml::table parse_toml(const std::string &text, const std::string &name);

}  // namespace client

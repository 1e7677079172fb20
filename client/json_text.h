// JSON that is safe to show on a terminal.
#pragma once

#include <string>

namespace client {

// Escapes, as \u001b is, what JSON allows and a terminal would obey: DEL, C1 controls and the marks that reorder text.
// Takes JSON, or quoted text of YAML or TOML.
std::string without_controls(const std::string &json);

}  // namespace client

// JSON for people's eyes.
#pragma once

#include <string>

namespace client {

// JSON, or quoted text of YAML or TOML, with what a terminal would obey written as \u001b is: DEL, C1 controls and the
// marks that reorder text, which JSON may hold as they are.
std::string without_controls(const std::string &json);

}  // namespace client

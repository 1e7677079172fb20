// Greenmask's configuration: the transformers of its dump.
#pragma once

#include "rules/imported.h"

namespace client::rules {

bool is_greenmask(const Json &document);
Imported read_greenmask(const Json &document, const std::string &file);

}  // namespace client::rules

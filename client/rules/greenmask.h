// Greenmask's configuration: the transformers of its dump.
#pragma once

#include "rules/transformer.h"

namespace client::rules {

bool is_greenmask(const Json &document);
Imported read_greenmask(const Json &document, const std::string &file);

// The rule for a transformer of one column; nothing if it has no equivalent. The rule's column is left empty.
std::optional<ColumnRule> rule_for_greenmask(Transformer &from);

}  // namespace client::rules

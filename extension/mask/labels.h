// The labels of an enumeration.
#pragma once

#include <string>
#include <vector>

#include "mask/registry.h"

namespace confiture::mask {

// Returns those of the column's type, in their order; none if it is no enumeration.
std::vector<std::string> labels_of(const ColumnFit &fit);

}  // namespace confiture::mask

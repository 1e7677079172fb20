// Lists of values that come as arrays: the labels of an enumeration, or what a table has.
#pragma once

#include <string>
#include <vector>

#include "mask/registry.h"

namespace confiture::mask {

// Returns the elements of an array in text form, none of no text.
std::vector<std::string> elements_of(std::string_view array);

// Returns the labels of the column's type, in their order; none if it is no enumeration.
std::vector<std::string> labels_of(const ColumnFit &fit);

// Returns option `values`, without it the labels. Throws bad_option if there are none.
std::vector<std::string> values_or_labels(const StrategyArgs &args);

}  // namespace confiture::mask

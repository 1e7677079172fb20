// The inverse of a mask, of values in text form.
#pragma once

#include <string_view>

#include "mask/strategy.h"

namespace confiture::mask {

// Appends the value of which this one is the mask. False where there is none that the strategy can tell; what was
// appended then means nothing.
bool unmask_value(const Strategy &strategy, ValueKind kind, std::string_view masked, ByteSink &out);

}  // namespace confiture::mask

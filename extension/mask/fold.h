// Values that differ in case, or in blanks around them, taken for one.
#pragma once

#include <string_view>

#include "mask/prf.h"

namespace confiture::mask {

// The PRF output of the value in lower case without blanks around it.
PrfOutput prf_of_folded(const Prf128 &prf, std::string_view value);

}  // namespace confiture::mask

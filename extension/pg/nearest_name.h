// The name that was probably meant by a mistyped one.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Returns the name of the list (char *) that is nearest to `wanted`, nullptr when none is near.
const char *nearest_name(const char *wanted, List *names);

// All of them, where none is.
const char *comma_separated(List *names);

}  // namespace confiture

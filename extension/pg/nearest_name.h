// The name that was probably meant by a mistyped one.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Returns the name of the list (char *) that is nearest to `wanted`, nullptr when none is near.
const char *nearest_name(const char *wanted, List *names);

}  // namespace confiture

// Errors of the core, raised as PostgreSQL's.
#pragma once

#include "wall/wall.h"

namespace confiture {

// SQLSTATE for an error of the core.
int sqlstate_of(wall::Code code);

// Ereports the status of a failed call of the core.
[[noreturn]] void raise(const wall::Status *status);

}  // namespace confiture

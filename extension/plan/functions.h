// Strategy function: a function of the target is given each raw value, and what it returns is loaded. It is a
// superuser's, in SQL or plpgsql, named by a superuser's rule, and runs confined (pg/confined.h).
#pragma once

#include "pg/pg.h"

namespace confiture {

// Finds the function of that name, schema included, for values of the type. The role `caller` must be allowed to
// execute it, and the owner of `target`, as whom it runs. Ereports what is wrong.
Oid find_function(const char *name, Oid type, Oid target, Oid caller);

// Ereports 42501 unless the function is a superuser's and the role may execute it.
void require_executable(Oid function, Oid role);

}  // namespace confiture

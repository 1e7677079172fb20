// Values as columns have them whose CHECK wants a form: numbers of some digits, codes, addresses.
#pragma once

#include "pg/pg.h"
#include "wall/wall.h"

namespace confiture {

// Values of the kind in their text form (char *), NIL for kinds without forms. Those of numbers have at most
// `most_digits` before the point.
List *values_of_forms(wall::ValueKind kind, int most_digits);

}  // namespace confiture

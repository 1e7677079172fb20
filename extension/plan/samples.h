// Values to see what a strategy makes of them, before a row moves.
#pragma once

#include "pg/pg.h"
#include "wall/wall.h"

namespace confiture {

// What the strategy makes of values unlike each other, of a column's kind (char *, in text form). What it refuses is
// left out.
List *sample_outputs(wall::ValueMasker *masker, const wall::ColumnSpec *spec);

// ... and of these (char *).
List *outputs_of(wall::ValueMasker *masker, List *inputs);

}  // namespace confiture

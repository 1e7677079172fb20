// Strategy lookup: masked values are those that a table of the target has. The list is read with the plan, and again by
// each worker of a run, which refuses another one: rows of one table would be masked in two ways.
#pragma once

#include "pg/pg.h"
#include "wall/wall.h"

namespace confiture {

// Does the spec's strategy take its values from a table that its options name?
bool looks_up(const wall::ColumnSpec *spec);

// Returns the distinct values of the table's column, sorted, as an array in text form; *relation is the table. With a
// `type`, that of the spec's column, they must be of its kind. The current user must be allowed to SELECT them, and the
// owner of `target` and the role `set_by`, if those are given; they are read as the table's owner. Ereports what is
// wrong. Wants SPI connected and the session entered.
const char *read_lookup(const wall::ColumnSpec *spec, Oid type, Oid target, const char *set_by, Oid *relation);

// Returns what the plan read, if its digest (pg/digest.h) is still the same; else ereports 55000.
const char *read_same_lookup(const wall::ColumnSpec *spec, const char *digest);

}  // namespace confiture

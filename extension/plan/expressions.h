// What a unique index makes of the columns of its table: does it tell any two values apart that the columns hold?
#pragma once

#include "pg/pg.h"

namespace confiture {

// Columns by their numbers.
struct IndexedColumns {
  Bitmapset *all;     // the index's own, and those that its expressions and generated columns are made of
  Bitmapset *lossy;   // those of which different values may be equal to the index, or change which rows it has
  Bitmapset *nulled;  // those of which NULL is like a value to it, or changes which rows it has
};

// Of the key columns of an index with its table open. Reading an index folds constants of its expressions: see
// pg/owner.h.
IndexedColumns read_indexed_columns(Relation table, Relation index);

}  // namespace confiture

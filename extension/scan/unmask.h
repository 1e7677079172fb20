// The inverse of a column's mask, for the equalities of inverse.h.
#pragma once

#include "load/transfer.h"

namespace confiture {

// Has a masked column an inverse, so that an equality on it may be shipped? `is_same_type`: on both sides, as it is.
bool is_invertible(const WireColumn *column, bool is_same_type);

// Both integers, or both texts.
bool are_alike(Oid type, Oid other);

// The masker of a column's values, in the current memory context.
wall::ValueMasker *masker_of(const WireColumn *column);

// The value, as text, of which this one is the mask; nullptr: there is none.
const char *inverse_of(wall::ValueMasker *masker, const char *text);

}  // namespace confiture

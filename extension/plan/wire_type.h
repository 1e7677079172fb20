// How a column's type travels: does the source's type fit the target's, and may its values go in binary?
#pragma once

#include "source/table.h"
#include "wall/wall.h"

namespace confiture {

struct WireType {
  const char *problem;  // why values of the source do not fit the target's type; nullptr: they do
  const char *cast;     // a type of pg_catalog to cast to on the source, nullptr for none
  bool is_binary_safe;  // its binary form holds nothing that is only true in the source's catalog ...
  Oid array_element;    // ... except this array element type's OID, which is corrected on the way
};

// Compares a source column with a target type (with its modifiers), looking through domains on both sides.
WireType compare_types(const SourceColumn *source, Oid type, int32 typmod);

// Longest text the type takes, in characters; 0 for no limit.
uint32 text_limit(Oid base_type, int32 typmod);

// text, varchar, char, name and citext.
bool is_text_like(Oid base_type);

bool is_citext(Oid base_type);

// The kind of value a column of this type holds for the core; `other` for arrays.
wall::ValueKind kind_of_type(Oid type);

// What the core has to know of a column's type, with its modifiers: kind, array or not, and what values must fit.
wall::ColumnSpec spec_of_type(Oid type, int32 typmod);

// Of a composite type: have all its fields, and theirs, a binary form that says the same in two databases?
bool has_binary_fields(const wall::ColumnSpec *spec);

// Does the core have to see the column's values?
bool needs_masker(const wall::ColumnSpec *spec);

}  // namespace confiture

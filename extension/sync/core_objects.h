// Objects of the core, owned by a memory context.
#pragma once

#include "../pg/masking_key.h"
#include "../pg/pg.h"
#include "../wall/wall.h"

namespace confiture {

// Made in `owner` and destroyed with it. Return nullptr and fill *status when the core refuses.
wall::masker *make_masker(MemoryContext owner, const wall::column_spec *columns, size_t n, wall::wire_format format,
                          masking_key key, wall::status *status);
wall::value_masker *make_value_masker(MemoryContext owner, const wall::column_spec *column, wall::wire_format format,
                                      masking_key key, wall::status *status);

wall::char_encoding database_encoding();

// The kind of value a column of this type holds for the core.
wall::value_kind kind_of_type(Oid type);

}  // namespace confiture

// Objects of the core, owned by a memory context.
#pragma once

#include "pg/masking_key.h"
#include "pg/pg.h"
#include "wall/wall.h"

namespace confiture {

// Create an object that lives and is destroyed with `owner`. Return nullptr and fill *status when the core refuses.
wall::Masker *make_masker(MemoryContext owner, const wall::ColumnSpec *columns, size_t count, size_t n_sides,
                          wall::WireFormat format, MaskingKey key, wall::Status *status);
wall::ValueMasker *make_value_masker(MemoryContext owner, const wall::ColumnSpec *column, wall::WireFormat format,
                                     MaskingKey key, wall::Status *status);

wall::RowSets *make_row_sets(MemoryContext owner, uint64 budget, wall::Status *status);

wall::CharEncoding database_encoding();

}  // namespace confiture

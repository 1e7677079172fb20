// What the functions that set rules, patterns and references have in common.
#pragma once

#include "pg/pg.h"

namespace confiture {

// The jsonb {}, in the current memory context.
Jsonb *empty_object();

// Is the strategy a word for a column that gets no value of the source, drop or default?
bool leaves_column(const char *strategy);
// Is it one of these, or keep? Ereports 22023 when options come with them.
bool is_keep_or_drop(const char *strategy, const Jsonb *options);

// Do the options make a mask that confiture.fpe_decrypt() turns back? Ereports 42501 then unless the caller may see
// the masking key.
void check_reversible(const Jsonb *options);

// Ereports unless it is a table that takes rows, or, with `takes_foreign`, a masked foreign table.
void require_table(Oid relation, bool takes_foreign);
// The same for one that the caller may ALTER: whoever may, may set what holds for its rows.
void require_owned_table(Oid relation, bool takes_foreign);

// The number of a column. Ereports 42703 when there is none of that name.
AttrNumber existing_column(Oid relation, const char *name);

}  // namespace confiture

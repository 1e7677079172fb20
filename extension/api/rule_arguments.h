// What the functions that set rules and patterns have in common.
#pragma once

#include "pg/pg.h"

namespace confiture {

// The jsonb {}, in the current memory context.
Jsonb *empty_object();

// Is the strategy one of the words that are none, keep and drop? Ereports 22023 when options come with them.
bool is_keep_or_drop(const char *strategy, const Jsonb *options);

}  // namespace confiture

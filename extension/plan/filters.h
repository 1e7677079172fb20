// The stored filters of tables: which rows of the source a sync copies.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Ereports 42601 unless the text, which messages call by the noun, is one SQL condition.
void check_condition(const char *condition, const char *noun);
// The same for an expression of any type.
void check_expression(const char *expression, const char *noun, const char *hint);

// The stored filters of target tables (list of Oid): for each, in order, a char *, nullptr for none. Ereports 42501
// when one was set by another role that is not a superuser. Wants SPI connected.
List *load_stored_filters(List *relations);

// Stores the filter of a table in place of the previous one; nullptr removes it. Wants SPI connected.
void store_filter(Oid relation, const char *condition);

}  // namespace confiture

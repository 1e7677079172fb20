// Authenticates what a control table keeps and a later process acts on, by the masking key of the database.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Seals the fields (nullptr for NULL) of one kind of thing. Returns 64 hex digits, palloc'ed. Ereports 55000 when there
// is no masking key.
const char *seal_fields(const char *kind, std::initializer_list<const char *> fields);

}  // namespace confiture

// Foreign tables of ours: which relation of which source they show, under which names.
#pragma once

#include "source/table.h"

namespace confiture {

// Is it a foreign table of the wrapper confiture?
bool is_masked_foreign_table(Oid relation);

// The name of the source's relation, qualified and quoted: options schema_name and table_name, or else its own names.
char *foreign_table_source(Oid relation);

// The source's column that a column of the foreign table shows: option column_name, or else its own name.
const char *foreign_column_source(Oid relation, AttrNumber number);

// Gives the columns of the source the names that the foreign table has for them.
void rename_columns(SourceTable *table, Oid relation);

// The foreign tables of a server (Oids): those of other schemas than `last` first.
List *foreign_tables_of(Oid server, Oid last);

}  // namespace confiture

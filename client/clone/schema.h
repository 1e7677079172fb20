// The schemas of source and target as pg_dump sees them.
#pragma once

#include "clone/archive.h"
#include "clone/tools.h"
#include "connection.h"

namespace client::clone {

// Whether the database has tables or views that belong to no extension.
bool has_tables(Connection &target);

// The schema of a database, in pg_dump's custom format and the encoding `encoding`; of the exported snapshot, if one is
// given. `directory` is for a file that is removed again.
std::string dump_schema(const Tools &tools, const Connection &database, const std::string &encoding,
                        const std::string &directory, const std::string &snapshot = {});

// The tables of extensions' configuration that have rows of users, which a dump would have too.
std::vector<std::string> find_configuration(Connection &source);

// Creates the unique indexes of the source in the open transaction, while the tables are empty, so that a plan knows
// them.
void make_unique_indexes(Connection &source, Connection &target);

}  // namespace client::clone

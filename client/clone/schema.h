// The schema of the source, dumped and restored by pg_dump and pg_restore in two sections.
#pragma once

#include "connection.h"
#include "clone/state.h"
#include "clone/tools.h"

namespace client::clone {

// Whether the database has tables or views that belong to no extension.
bool has_tables(Connection &target);

void dump_schema(const Tools &tools, const ServiceFile &service, const State &state);

// Restores types, functions and tables in one transaction.
void restore_tables(const Tools &tools, const ServiceFile &service, const State &state);

// Restores indexes, constraints, triggers and the like by parallel jobs. What exists in the target already is left out.
void restore_rest(const Tools &tools, const ServiceFile &service, const State &state, Connection &source,
                  Connection &target, int jobs);

// Creates the unique indexes of the source in the open transaction, while the tables are empty, so that a plan knows
// them.
void make_unique_indexes(Connection &source, Connection &target);

}  // namespace client::clone

// The schema of the source: dumped and restored by PostgreSQL's own programs, in two sections.
#pragma once

#include "connection.h"
#include "clone/state.h"
#include "clone/tools.h"

namespace client::clone {

// The database has tables of its own.
bool has_tables(Connection &target);

void dump_schema(const Tools &tools, const ServiceFile &service, const State &state);

// Types, functions and tables; all of it or nothing.
void restore_tables(const Tools &tools, const ServiceFile &service, const State &state);

// Indexes, constraints, triggers and the like, by several jobs; those that are there already are left alone.
void restore_rest(const Tools &tools, const ServiceFile &service, const State &state, Connection &source, Connection &target,
                  int jobs);

// The unique indexes of the source, in the open transaction and while the tables are empty: what is judged by them can
// be judged before there are rows.
void make_unique_indexes(Connection &source, Connection &target);

}  // namespace client::clone

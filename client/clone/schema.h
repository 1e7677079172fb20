// The schema of the source: dumped and restored by PostgreSQL's own programs, in two sections.
#pragma once

#include "connection.h"
#include "clone/state.h"
#include "clone/tools.h"

namespace client::clone {

// The database has tables of its own.
bool has_tables(Connection &to);

void dump_schema(const Tools &with, const Destination &source, const State &in);

// Types, functions and tables; all of it or nothing.
void restore_tables(const Tools &with, const Destination &target, const State &in);

// Indexes, constraints, triggers and the like, by several jobs; those that are there already are left alone.
void restore_rest(const Tools &with, const Destination &target, const State &in, Connection &from, Connection &to,
                  int jobs);

// The unique indexes of the source, in the open transaction and while the tables are empty: what is judged by them can
// be judged before there are rows.
void make_unique_indexes(Connection &from, Connection &to);

}  // namespace client::clone

// The schema of the source: dumped and restored by PostgreSQL's own programs, in two sections.
#pragma once

#include "../connection.h"
#include "state.h"
#include "tools.h"

namespace client::clone {

// The database has tables of its own.
bool has_tables(connection &to);

void dump_schema(const tools &with, const destination &source, const state &in);

// Types, functions and tables; all of it or nothing.
void restore_tables(const tools &with, const destination &target, const state &in);

// Indexes, constraints, triggers and the like, by several jobs; those that are there already are left alone.
void restore_rest(const tools &with, const destination &target, const state &in, connection &from, connection &to,
                  int jobs);

// The unique indexes of the source, in the open transaction and while the tables are empty: what is judged by them can
// be judged before there are rows.
void make_unique_indexes(connection &from, connection &to);

}  // namespace client::clone

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

// What masking would break and the target cannot know before it has its indexes: unique columns of the source with a
// strategy that does not keep them so. A line for each.
std::vector<std::string> broken_unique_columns(connection &from, connection &to);

}  // namespace client::clone

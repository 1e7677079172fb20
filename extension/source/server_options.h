// Options of servers and user mappings: which exist, and what libpq gets of them.
#pragma once

#include "pg/pg.h"

namespace confiture {

// Checks the options of one object of the catalog given (pg_foreign_server, ...). Ereports like postgres_fdw.
void validate_options(List *options, Oid catalog);

// The arrays for PQconnectStartParams: NULL-terminated keywords and values, palloc'ed.
struct ConnectionParameters {
  const char **keywords;
  const char **values;
};
ConnectionParameters libpq_parameters(ForeignServer *server, UserMapping *mapping);

// Value of an option of a mapping or server, nullptr when it is not set.
const char *option_value(List *options, const char *name);

// How long a wait for the source may last without a byte from it, in ms; -1 for no limit. Ereports 22023 when the
// option source_timeout is no duration.
constexpr int default_source_timeout_ms = 5 * 60 * 1000;
int source_timeout_ms(List *server_options);

// The names (char *) that a value of option extensions lists. Ereports 22023 when it is no list.
List *extension_names(const char *value);

// How many bytes of memory the answer to a statement may take, rows of a COPY not counted; -1 for no limit. Ereports
// 22023 when the option answer_limit is no size, or too small to work with.
int64 answer_limit(List *server_options);

// keep_connections.
bool keeps_connections(List *server_options);

}  // namespace confiture

// The connection to a source: libpq without blocking, interruptible, closed on every path.
#pragma once

#include "pg/callback.h"
#include "source/source.h"

namespace confiture {

// Connects to the server as the current user's mapping says, calls body, closes. An error, cancel or exit in between
// cancels what the source is doing and closes too. Ereports: 42501, 08001, HV*, naming the server and no secret.
void with_source(const char *server_name, Callback<void(Source *)> body);

// The same, but where the server cannot be connected to, that is returned and not raised.
ErrorData *with_source_if_any(const char *server_name, Callback<void(Source *)> body);

// Runs statements by the simple or, when there are parameters, the extended protocol; waits interruptibly; ereports
// when one fails. The result of the last one; freed with the current memory context.
PGresult *source_query(Source *from, const char *sql, int n_parameters = 0, const char *const *parameters = nullptr);

// Like source_query() without parameters, but a failure of an SQLSTATE among `expected` gives nullptr, not an error.
PGresult *source_query_unless(Source *from, const char *sql, const char *expected);

// Like source_query() without parameters, for statements that look at rows: errors that may quote one are withheld.
PGresult *source_query_rows(Source *from, const char *sql);

// What the source says against a query, which it plans and does not run, so that it can be told; nullptr when nothing.
// One of a view is not planned: its constants would be worked on. The transaction goes on either way.
const char *source_objection(Source *from, const char *sql, bool is_view);

// The result itself, when it has `fields` columns and `rows` rows (-1: any number). Ereports 08P01 otherwise: what
// answers may be no PostgreSQL, and PQgetvalue() gives nullptr for what is not there.
PGresult *expect_shape(const Source *from, PGresult *result, int fields, int rows);

// Starts a COPY ... TO STDOUT. Then take messages with source_copy_message(): size, or 0 when none is at hand and
// wait is false, or -1 at the end, when *rows is the count the source reports. *message is valid until the next call.
void source_start_copy(Source *from, const char *sql, bool is_view);
int source_copy_message(Source *from, const char **message, bool wait, uint64 *rows);

}  // namespace confiture

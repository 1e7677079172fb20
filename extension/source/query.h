// Statements on a source and their results.
#pragma once

#include "source/source.h"

namespace confiture {

// Runs statements by the simple or, when there are parameters, the extended protocol; waits interruptibly; ereports
// when one fails. The result of the last one; freed with the current memory context.
PGresult *source_query(Source *source, const char *sql, int n_parameters = 0, const char *const *parameters = nullptr);

// Like source_query() without parameters, but a failure of an SQLSTATE among `expected` ("42501 42809") gives nullptr
// instead of an error.
PGresult *source_query_unless(Source *source, const char *sql, const char *expected);

// Like source_query() without parameters, for statements that look at rows: errors that may quote one are withheld.
PGresult *source_query_rows(Source *source, const char *sql);

// Lets the source plan a query without running it. Returns its objection, nullptr when there is none. A query of a view
// is parsed only: planning would work on the view's constants. The transaction remains usable either way.
const char *source_objection(Source *source, const char *sql, bool is_view);

// Oids as the text of an array, for a parameter.
char *oid_array(List *oids);

// Texts (char *) likewise.
char *text_array(List *texts);

// Returns the result itself when it has `fields` columns and `rows` rows (-1: any number). Ereports 08P01 otherwise:
// the other side may not be PostgreSQL, and PQgetvalue() gives nullptr for what is not there.
// Its texts are valid in the database's encoding then.
PGresult *expect_shape(const Source *source, PGresult *result, int fields, int rows);

}  // namespace confiture

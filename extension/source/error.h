// Errors of the source, and errors of our own server that rows take part in: the true SQLSTATE, and the server's words
// where they cannot quote a value.
#pragma once

#include "pg/spi.h"
#include "source/source.h"

namespace confiture {

// The connection could not be made or broke. Ereports 08001 or 08006; libpq's words never hold the password.
[[noreturn]] void raise_connection_error(Source *source);

// The source sent nothing for its source_timeout. Ereports 08001 or 08006.
[[noreturn]] void raise_silence(Source *source);

// What came is not what PostgreSQL sends. Ereports 08P01, or 08001 while connecting. `detail`: a sentence of our own,
// nullptr for none.
[[noreturn]] void raise_no_postgresql(const Source *source, const char *detail);

// The answer to a statement is larger than the server's option answer_limit. Ereports 54000.
[[noreturn]] void raise_long_answer(const Source *source);

// Returns what the source said as our messages may repeat it: 1,000 bytes at most, in characters of the database's
// encoding.
const char *bounded_text(const char *text);

// A statement failed on the source. `reading_rows`: row values took part, so the message of a data error is withheld.
[[noreturn]] void raise_source_error(Source *source, const PGresult *result, bool reading_rows);

// Takes everything out of an error of our own server that may quote a value: data errors' messages, the DETAIL (whole
// rows and keys), COPY's CONTEXT. What is left says which error, and which table, column and constraint.
void withhold_values(ErrorData *error, const char *relation);

// The same for a statement that others may have executed, and whose errors they pass on: with a CONTEXT that is more
// than the statement, no word can be trusted, whatever the SQLSTATE. Wants no error context of ours around it.
void withhold_relayed_values(ErrorData *error, const char *relation, const char *sql);

// Runs a statement of ours that touches rows of a relation, by SPI; its errors come without their values.
// With `latest` as by spi_run_latest().
Rows run_withholding_values(const char *relation, const char *sql, bool latest = false);

}  // namespace confiture

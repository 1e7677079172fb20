#include "source/query.h"

#include "pg/memory.h"
#include "source/error.h"
#include "source/wait.h"

namespace confiture {

void receive_input(Source *source) {
  wait_for_source(source, WL_SOCKET_READABLE);
  if (!PQconsumeInput(source->conn)) raise_connection_error(source);
  // We LISTEN to nothing; what is sent all the same would be queued without a limit.
  while (PGnotify *notification = PQnotifies(source->conn)) PQfreemem(notification);
}

// Hands all of the statement to the socket. What arrives meanwhile is read: a source that cannot get rid of its output
// may not take input.
static void flush_output(Source *source) {
  for (;;) {
    int left = PQflush(source->conn);
    if (left < 0) raise_connection_error(source);
    if (left == 0) return;
    int ready = wait_for_source(source, WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE);
    if ((ready & WL_SOCKET_READABLE) && !PQconsumeInput(source->conn)) raise_connection_error(source);
  }
}

static PGresult *next_result(Source *source) {
  while (PQisBusy(source->conn)) receive_input(source);
  return PQgetResult(source->conn);
}

static void clear_result(void *result) { PQclear(static_cast<PGresult *>(result)); }

// Ties a result to the current memory context.
static PGresult *keep_result(MemoryContextCallback *owner, PGresult *result) {
  owner->func = clear_result;
  owner->arg = result;
  MemoryContextRegisterResetCallback(CurrentMemoryContext, owner);
  return result;
}

PGresult *receive_result(Source *source) {
  MemoryContextCallback *owner = make<MemoryContextCallback>();
  PGresult *last = nullptr;
  for (;;) {
    PGresult *result = next_result(source);
    if (result == nullptr) break;
    if (last != nullptr && PQresultStatus(last) == PGRES_FATAL_ERROR) {
      PQclear(result);
      continue;
    }
    PQclear(last);
    last = result;
    // Of a COPY there is no further result; of the kinds we never ask for, the same one again and again.
    ExecStatusType status = PQresultStatus(last);
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH) break;
  }
  if (last == nullptr) raise_connection_error(source);
  return keep_result(owner, last);
}

PGresult *send_and_receive(Source *source, const char *sql) {
  if (!PQsendQuery(source->conn, sql)) raise_connection_error(source);
  flush_output(source);
  return receive_result(source);
}

static PGresult *run_query(Source *source, const char *sql, const char *expected, bool reading_rows) {
  PGresult *result = send_and_receive(source, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (expected != nullptr && sqlstate != nullptr && strstr(expected, sqlstate) != nullptr) return nullptr;
  raise_source_error(source, result, reading_rows);
}

PGresult *source_query_unless(Source *source, const char *sql, const char *expected) {
  return run_query(source, sql, expected, false);
}

PGresult *source_query_rows(Source *source, const char *sql) { return run_query(source, sql, nullptr, true); }

PGresult *source_query(Source *source, const char *sql, int n_parameters, const char *const *parameters) {
  if (n_parameters == 0) return source_query_unless(source, sql, nullptr);
  if (!PQsendQueryParams(source->conn, sql, n_parameters, nullptr, parameters, nullptr, nullptr, 0))
    raise_connection_error(source);
  flush_output(source);
  PGresult *result = receive_result(source);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) raise_source_error(source, result, false);
  return result;
}

// Is an error about the words of a statement: not SQL, no such name, a type that does not fit, a wrong literal?
static bool is_about_words(const char *sqlstate) {
  for (const char *error_class : {"0A", "22", "3F", "42"})
    if (sqlstate != nullptr && strncmp(sqlstate, error_class, 2) == 0) return true;
  return false;
}

// EXPLAIN, because the planner and the executor's start see more than the parser does: missing parameters, privileges
// on columns, functions and other tables. Their errors may be in a function's own words.
const char *source_objection(Source *source, const char *sql, bool is_view) {
  const char *trial = is_view ? "PREPARE objection AS %s;DEALLOCATE objection" : "EXPLAIN %s";
  PGresult *result =
      send_and_receive(source, psprintf("SAVEPOINT objection;%s;RELEASE objection", psprintf(trial, sql)));
  if (PQresultStatus(result) == PGRES_COMMAND_OK) return nullptr;
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (!is_about_words(state)) raise_source_error(source, result, true);
  source_query(source, "ROLLBACK TO objection;RELEASE objection");
  const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
  if (context != nullptr && context[0] != '\0')
    return psprintf("its message for SQLSTATE %s is withheld, because it may quote a row", state);
  return bounded_text(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

void raise_no_postgresql(const Source *source) {
  ereport(ERROR, (errcode(ERRCODE_PROTOCOL_VIOLATION),
                  errmsg("server \"%s\" does not answer as PostgreSQL does", source->server_name)));
}

// A server converts what it sends to the client's encoding, ours. What is invalid there would reach plans, control
// tables and messages.
static bool has_valid_texts(const PGresult *result) {
  for (int row = 0; row < PQntuples(result); row++)
    for (int field = 0; field < PQnfields(result); field++)
      if (!pg_verify_mbstr(GetDatabaseEncoding(), PQgetvalue(result, row, field), PQgetlength(result, row, field),
                           true))
        return false;
  return true;
}

PGresult *expect_shape(const Source *source, PGresult *result, int fields, int rows) {
  if (PQnfields(result) != fields || (rows >= 0 && PQntuples(result) != rows) || !has_valid_texts(result))
    raise_no_postgresql(source);
  return result;
}

}  // namespace confiture

#include "source/receive.h"

#include "pg/memory.h"
#include "source/error.h"
#include "source/wait.h"

namespace confiture {

// More than any text of ours has statements: one for each table at most.
static constexpr int most_results = 1000000;

// False: the connection is broken.
static bool try_receive_input(Source *source) {
  wait_for_source(source, WL_SOCKET_READABLE);
  if (!take_input(source)) return false;
  // We LISTEN to nothing; what is sent all the same would be queued without a limit. PQnotifies() parses the input.
  begin_parsing(source);
  while (PGnotify *notification = PQnotifies(source->conn)) PQfreemem(notification);
  end_parsing(source, 0, true);
  return true;
}

void receive_input(Source *source) {
  if (!try_receive_input(source)) raise_connection_error(source);
}

// Does libpq need more input for a result?
static bool is_busy(Source *source) {
  begin_parsing(source);
  bool is_busy = PQisBusy(source->conn);
  end_parsing(source, 0, is_busy);
  return is_busy;
}

static PGresult *next_result(Source *source) {
  while (is_busy(source)) receive_input(source);
  reset_intake(source);
  return PQgetResult(source->conn);
}

// Discards what follows a failed result. A broken connection is no other error: it often follows.
static void drain(Source *source) {
  for (int n = 0; n < most_results; n++) {
    while (is_busy(source))
      if (!try_receive_input(source)) return;
    reset_intake(source);
    PGresult *result = PQgetResult(source->conn);
    if (result == nullptr) return;
    PQclear(result);
  }
}

static void clear_result(void *result) { PQclear(static_cast<PGresult *>(result)); }

static PGresult *result_of(const MemoryContextCallback *owner) { return static_cast<PGresult *>(owner->arg); }

// Ties a result to the current memory context, which holds none yet.
static MemoryContextCallback *make_owner() {
  MemoryContextCallback *owner = make<MemoryContextCallback>();
  owner->func = clear_result;
  MemoryContextRegisterResetCallback(CurrentMemoryContext, owner);
  return owner;
}

static void own(MemoryContextCallback *owner, PGresult *result) {
  PQclear(result_of(owner));
  owner->arg = result;
}

// Adds a row to those at hand. False: no memory.
static bool add_row(MemoryContextCallback *owner, const PGresult *row, bool is_first) {
  if (is_first) own(owner, PQcopyResult(row, PG_COPYRES_ATTRS));
  PGresult *rows = result_of(owner);
  if (rows == nullptr) return false;
  int number = PQntuples(rows);
  for (int field = 0; field < PQnfields(row); field++) {
    bool is_null = PQgetisnull(row, 0, field);
    if (!PQsetvalue(rows, number, field, is_null ? nullptr : PQgetvalue(row, 0, field),
                    is_null ? -1 : PQgetlength(row, 0, field)))
      return false;
  }
  return true;
}

// Rows are taken from libpq one by one, so that their number and size can be limited.
static void take_row(Source *source, MemoryContextCallback *owner, PGresult *row, bool is_first) {
  bool has_memory = add_row(owner, row, is_first);
  PQclear(row);
  if (!has_memory) ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  if (source->answer_limit >= 0 && static_cast<int64>(PQresultMemorySize(result_of(owner))) > source->answer_limit)
    raise_long_answer(source);
}

PGresult *receive_result(Source *source, int *n_results) {
  MemoryContextCallback *owner = make_owner();
  bool among_rows = false;
  for (*n_results = 0;;) {
    PGresult *result = next_result(source);
    if (result == nullptr) break;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_SINGLE_TUPLE) {
      take_row(source, owner, result, !among_rows);
      among_rows = true;
      continue;
    }
    if (among_rows && status == PGRES_TUPLES_OK)
      PQclear(result);  // the end of the rows
    else
      own(owner, result);
    among_rows = false;
    if (status == PGRES_FATAL_ERROR) drain(source);
    // Of a COPY there is no further result; of the kinds we never ask for, the same one again and again.
    bool is_copy = status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH;
    if (is_copy || status == PGRES_FATAL_ERROR) break;
    if (++*n_results > most_results) raise_no_postgresql(source, "It sends results without an end.");
  }
  if (result_of(owner) == nullptr) raise_connection_error(source);
  if (source->talks_unasked) raise_no_postgresql(source, "It goes on after the end of its answer.");
  return result_of(owner);
}

// Hands all of the statement to the socket. What arrives meanwhile is read: a source that cannot get rid of its output
// may not take input.
static void flush_output(Source *source) {
  for (;;) {
    int left = PQflush(source->conn);
    if (left < 0) raise_connection_error(source);
    if (left == 0) return;
    int ready = wait_for_source(source, WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE);
    if ((ready & WL_SOCKET_READABLE) && !take_input(source)) raise_connection_error(source);
  }
}

static PGresult *receive_answer(Source *source, int is_sent, int64 limit) {
  if (!is_sent || !PQsetSingleRowMode(source->conn)) raise_connection_error(source);
  begin_intake(source, limit);
  flush_output(source);
  int n_results;
  return receive_result(source, &n_results);
}

PGresult *send_and_receive(Source *source, const char *sql, int64 limit) {
  return receive_answer(source, PQsendQuery(source->conn, sql), limit);
}

PGresult *send_and_receive(Source *source, const char *sql, int n_parameters, const char *const *parameters) {
  int is_sent = PQsendQueryParams(source->conn, sql, n_parameters, nullptr, parameters, nullptr, nullptr, 0);
  return receive_answer(source, is_sent, longest_message);
}

}  // namespace confiture

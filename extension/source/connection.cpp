#include "source/connection.h"

#include <poll.h>

#include "pg/memory.h"
#include "source/server_options.h"
#include "source/error.h"
#include "source/attempt.h"

// Minor releases of 2026 have this check, older ones lack the symbol: ask at run time.
extern "C" bool libpqsrv_is_valid_proxy_option(const char *keyword) __attribute__((weak));

namespace confiture {

static void wait_for(PGconn *conn, int what, long timeout_ms) {
  int events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | what | (timeout_ms >= 0 ? WL_TIMEOUT : 0);
  int happened = WaitLatchOrSocket(MyLatch, events, PQsocket(conn), timeout_ms, wait_event_source());
  if (happened & WL_LATCH_SET) {
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  }
}

// Asks the source to stop. The connection is given up right after, so the outcome does not matter. This runs while an
// error or exit is under way: nothing in here may ereport, and a source that does not answer may hold us up for
// seconds, not for TCP's minutes (before libpq 17 tcp_user_timeout is the only way to say so).
static void cancel_statement(PGconn *conn) {
#ifdef LIBPQ_HAS_ASYNC_CANCEL
  constexpr int patience_ms = 5000;
  PGcancelConn *cancel = PQcancelCreate(conn);
  TimestampTz start = GetCurrentTimestamp();
  PostgresPollingStatusType status = PQcancelStart(cancel) ? PGRES_POLLING_WRITING : PGRES_POLLING_FAILED;
  while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
    long left = patience_ms - TimestampDifferenceMilliseconds(start, GetCurrentTimestamp());
    if (left <= 0) break;
    pollfd socket = {PQcancelSocket(cancel), static_cast<short>(status == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (poll(&socket, 1, static_cast<int>(left)) > 0) status = PQcancelPoll(cancel);
  }
  PQcancelFinish(cancel);
#else
  char ignored[256];
  PGcancel *cancel = PQgetCancel(conn);
  if (cancel != nullptr) {
    (void)PQcancel(cancel, ignored, sizeof(ignored));
    PQfreeCancel(cancel);
  }
#endif
}

static void close_source(Source *from) {
  if (from->events != nullptr) FreeWaitEventSet(from->events);
  from->events = nullptr;
  if (from->message != nullptr) PQfreemem(from->message);
  from->message = nullptr;
  if (from->conn == nullptr) return;
  if (PQstatus(from->conn) == CONNECTION_OK && PQtransactionStatus(from->conn) == PQTRANS_ACTIVE)
    cancel_statement(from->conn);
  PQfinish(from->conn);
  from->conn = nullptr;
  ReleaseExternalFD();
}

static void close_source_on_error(int, Datum arg) { close_source(reinterpret_cast<Source *>(DatumGetPointer(arg))); }

// connect_timeout of the whole attempt in ms, -1 for none: PQconnectPoll leaves that to its caller. libpq counts it
// for each host of a list, and takes nothing below two seconds.
static long connect_deadline(const ConnectionParameters *parameters) {
  long seconds = 0;
  int hosts = 1;
  for (int i = 0; parameters->keywords[i] != nullptr; i++) {
    if (strcmp(parameters->keywords[i], "connect_timeout") == 0) seconds = strtol(parameters->values[i], nullptr, 10);
    if (strcmp(parameters->keywords[i], "host") == 0)
      for (const char *c = parameters->values[i]; *c != '\0'; c++) hosts += *c == ',';
  }
  return seconds <= 0 ? -1 : Max(seconds, 2) * 1000 * hosts;
}

static void require_password(const char *server_name, bool has_password) {
  if (has_password) return;
  ereport(ERROR, (errcode(ERRCODE_S_R_E_PROHIBITED_SQL_STATEMENT_ATTEMPTED),
                  errmsg("password is required to connect to server \"%s\"", server_name),
                  errdetail("Non-superusers must provide a password in the user mapping.")));
}

// A function on the source may RAISE NOTICE with values of a row; libpq would print it into our server's log.
static void ignore_notice(void *, const PGresult *) {}

static void connect_source(Source *from, ForeignServer *server, UserMapping *mapping) {
  ConnectionParameters parameters = libpq_parameters(server, mapping);
  const char *password_required = option_value(mapping->options, "password_required");
  bool parsed = true;
  if (password_required != nullptr) parse_bool(password_required, &parsed);
  bool needs_password = !superuser() && parsed;
  const char *password = option_value(mapping->options, "password");
  if (needs_password) require_password(server->servername, password != nullptr && password[0] != '\0');
  for (int i = 0; parameters.keywords[i] != nullptr; i++)
    if (libpqsrv_is_valid_proxy_option != nullptr && !libpqsrv_is_valid_proxy_option(parameters.keywords[i]))
      ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                      errmsg("permission denied to set connection option \"%s\"", parameters.keywords[i])));

  if (!AcquireExternalFD())
    ereport(ERROR, (errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
                    errmsg("could not connect to server \"%s\"", server->servername),
                    errdetail("There are too many open files on the local server."),
                    errhint("Raise the server's max_files_per_process and/or \"ulimit -n\" limits.")));
  from->conn = PQconnectStartParams(parameters.keywords, parameters.values, false);
  if (from->conn == nullptr) {
    ReleaseExternalFD();
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  }
  (void)PQsetNoticeReceiver(from->conn, ignore_notice, nullptr);

  long limit = connect_deadline(&parameters);
  TimestampTz start = GetCurrentTimestamp();
  PostgresPollingStatusType status =
      PQstatus(from->conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
    long left = -1;
    if (limit >= 0) {
      left = limit - TimestampDifferenceMilliseconds(start, GetCurrentTimestamp());
      if (left <= 0)
        ereport(ERROR, (errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
                        errmsg("could not connect to server \"%s\"", server->servername),
                        errdetail("The timeout of connect_timeout expired.")));
    }
    wait_for(from->conn, status == PGRES_POLLING_READING ? WL_SOCKET_READABLE : WL_SOCKET_WRITEABLE, left);
    status = PQconnectPoll(from->conn);
  }
  if (PQstatus(from->conn) != CONNECTION_OK) raise_connection_error(from);

  // The password the user gave must be what let him in, not a right of the server's operating system user.
  if (needs_password && !PQconnectionUsedPassword(from->conn))
    ereport(ERROR, (errcode(ERRCODE_S_R_E_PROHIBITED_SQL_STATEMENT_ATTEMPTED),
                    errmsg("password is required to connect to server \"%s\"", server->servername),
                    errdetail("Non-superuser cannot connect if the server does not request a password."),
                    errhint("Target server's authentication method must be changed or password_required=false set "
                            "in the user mapping attributes.")));
  from->version = PQserverVersion(from->conn);
  if (from->version < 120000)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("source server \"%s\" is older than PostgreSQL 12", server->servername)));
  from->events = make_wait_events(3);
  AddWaitEventToSet(from->events, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, nullptr);
  AddWaitEventToSet(from->events, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, nullptr, nullptr);
  AddWaitEventToSet(from->events, WL_SOCKET_READABLE, PQsocket(from->conn), nullptr, nullptr);
}

static ErrorData *connect_and(const char *server_name, bool must_connect, Callback<void(Source *)> body) {
  ForeignServer *server = GetForeignServerByName(server_name, false);
  if (strcmp(GetForeignDataWrapper(server->fdwid)->fdwname, "confiture") != 0)
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("server \"%s\" does not use the foreign-data wrapper confiture", server_name),
                    errhint("CREATE SERVER ... FOREIGN DATA WRAPPER confiture OPTIONS (...).")));
  if (!may_use_server(server->serverid, GetUserId()))
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FOREIGN_SERVER, server_name);
  UserMapping *mapping = GetUserMapping(GetUserId(), server->serverid);

  Source *from = make<Source>();
  from->server_name = pstrdup(server->servername);
  from->server_oid = server->serverid;
  ErrorData *volatile refusal = nullptr;
  // Covers ERROR and also FATAL: a terminated backend still cancels the statement on the source.
  PG_ENSURE_ERROR_CLEANUP(close_source_on_error, PointerGetDatum(from));
  {
    if (must_connect)
      connect_source(from, server, mapping);
    else
      refusal = try_step(from, [&] { connect_source(from, server, mapping); });
    if (refusal != nullptr && ERRCODE_TO_CATEGORY(refusal->sqlerrcode) != ERRCODE_CONNECTION_EXCEPTION)
      ReThrowError(refusal);
    if (refusal == nullptr) body(from);
  }
  PG_END_ENSURE_ERROR_CLEANUP(close_source_on_error, PointerGetDatum(from));
  close_source(from);
  return refusal;
}

void with_source(const char *server_name, Callback<void(Source *)> body) { (void)connect_and(server_name, true, body); }

ErrorData *with_source_if_any(const char *server_name, Callback<void(Source *)> body) {
  return connect_and(server_name, false, body);
}

// Waits until the socket is readable, then takes in what is there.
static void wait_for_input(Source *from) {
  WaitEvent happened;
  WaitEventSetWait(from->events, -1, &happened, 1, wait_event_source());
  if (happened.events & WL_LATCH_SET) {
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  }
  if (!PQconsumeInput(from->conn)) raise_connection_error(from);
}

static PGresult *next_result(Source *from) {
  while (PQisBusy(from->conn)) wait_for_input(from);
  return PQgetResult(from->conn);
}

static void clear_result(void *result) { PQclear(static_cast<PGresult *>(result)); }

// Ties a result to the current memory context.
static PGresult *keep_result(MemoryContextCallback *owner, PGresult *result) {
  owner->func = clear_result;
  owner->arg = result;
  MemoryContextRegisterResetCallback(CurrentMemoryContext, owner);
  return result;
}

// Takes the results of what was sent; the last one, or the first failed one.
static PGresult *last_result(Source *from) {
  MemoryContextCallback *owner = static_cast<MemoryContextCallback *>(palloc(sizeof(MemoryContextCallback)));
  PGresult *last = nullptr;
  for (;;) {
    PGresult *result = next_result(from);
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
  if (last == nullptr) raise_connection_error(from);
  return keep_result(owner, last);
}

static PGresult *run_query(Source *from, const char *sql, const char *expected, bool reading_rows) {
  if (!PQsendQuery(from->conn, sql)) raise_connection_error(from);
  PGresult *result = last_result(from);
  ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (expected != nullptr && sqlstate != nullptr && strstr(expected, sqlstate) != nullptr) return nullptr;
  raise_source_error(from, result, reading_rows);
}

PGresult *source_query_unless(Source *from, const char *sql, const char *expected) {
  return run_query(from, sql, expected, false);
}

PGresult *source_query_rows(Source *from, const char *sql) { return run_query(from, sql, nullptr, true); }

PGresult *source_query(Source *from, const char *sql, int n_parameters, const char *const *parameters) {
  if (n_parameters == 0) return source_query_unless(from, sql, nullptr);
  if (!PQsendQueryParams(from->conn, sql, n_parameters, nullptr, parameters, nullptr, nullptr, 0))
    raise_connection_error(from);
  PGresult *result = last_result(from);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) raise_source_error(from, result, false);
  return result;
}

// Is an error about the words of a statement: what is no SQL, no such name, no fit type, no literal of its type?
static bool is_about_words(const char *sqlstate) {
  for (const char *error_class : {"0A", "22", "3F", "42"})
    if (sqlstate != nullptr && strncmp(sqlstate, error_class, 2) == 0) return true;
  return false;
}

// EXPLAIN, because the planner and the executor's start see more than the parser does: parameters there are none of,
// privileges on columns, functions and other tables. Their errors may have a function's own words.
const char *source_objection(Source *from, const char *sql, bool is_view) {
  const char *trial = is_view ? "PREPARE objection AS %s;DEALLOCATE objection" : "EXPLAIN %s";
  if (!PQsendQuery(from->conn, psprintf("SAVEPOINT objection;%s;RELEASE objection", psprintf(trial, sql))))
    raise_connection_error(from);
  PGresult *result = last_result(from);
  if (PQresultStatus(result) == PGRES_COMMAND_OK) return nullptr;
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (!is_about_words(state)) raise_source_error(from, result, true);
  source_query(from, "ROLLBACK TO objection;RELEASE objection");
  const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
  if (context != nullptr && context[0] != '\0')
    return psprintf("its message for SQLSTATE %s is withheld, because it may quote a row", state);
  return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

PGresult *expect_shape(const Source *from, PGresult *result, int fields, int rows) {
  if (PQnfields(result) != fields || (rows >= 0 && PQntuples(result) != rows))
    ereport(ERROR, (errcode(ERRCODE_PROTOCOL_VIOLATION),
                    errmsg("server \"%s\" does not answer as PostgreSQL does", from->server_name)));
  return result;
}

void source_start_copy(Source *from, const char *sql, bool is_view) {
  if (!PQsendQuery(from->conn, sql)) raise_connection_error(from);
  PGresult *result = last_result(from);
  if (PQresultStatus(result) == PGRES_COPY_OUT) return;
  // No row was looked at yet, but a view may hold constants that the planner works on. Names and syntax are ours.
  const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  raise_source_error(from, result, is_view && (sqlstate == nullptr || strncmp(sqlstate, "42", 2) != 0));
}

// The stream ended: well, or with the source's error.
static void finish_copy(Source *from, uint64 *rows) {
  PGresult *result = last_result(from);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) raise_source_error(from, result, true);
  *rows = strtoull(PQcmdTuples(result), nullptr, 10);
}

int source_copy_message(Source *from, const char **message, bool wait, uint64 *rows) {
  if (from->message != nullptr) PQfreemem(from->message);
  from->message = nullptr;
  // libpq may hold whole messages already; only ask the socket, and only then sleep, when it does not.
  for (bool has_asked = false;; has_asked = true) {
    int size = PQgetCopyData(from->conn, &from->message, 1);
    if (size > 0) {
      *message = from->message;
      return size;
    }
    if (size < 0) {
      finish_copy(from, rows);
      return -1;
    }
    if (!has_asked) {
      if (!PQconsumeInput(from->conn)) raise_connection_error(from);
    } else if (wait) {
      wait_for_input(from);
    } else {
      return 0;
    }
  }
}

}  // namespace confiture

#include "source/connection.h"

#include "pg/memory.h"
#include "source/cancel.h"
#include "source/error.h"
#include "source/intake.h"
#include "source/server_options.h"
#include "source/wait.h"

// Minor releases of 2026 have this check, older ones lack the symbol: asked at run time.
extern "C" bool libpqsrv_is_valid_proxy_option(const char *keyword) __attribute__((weak));

namespace confiture {

// How long a source may take to accept a cancel request. A process that is ending has less time: a fast shutdown waits
// for it.
static constexpr int cancel_patience_ms = 1000;
static constexpr int cancel_patience_at_exit_ms = 250;

static void close_source(Source *source) {
  if (source->events != nullptr) FreeWaitEventSet(source->events);
  source->events = nullptr;
  if (source->message != nullptr) PQfreemem(source->message);
  source->message = nullptr;
  if (source->conn == nullptr) return;
  // The end of a transaction is nothing to cancel. Its answer is taken from the socket, whose close would otherwise
  // look like a broken connection to the source.
  if (source->awaits_end)
    (void)PQconsumeInput(source->conn);
  else if (PQstatus(source->conn) == CONNECTION_OK && PQtransactionStatus(source->conn) == PQTRANS_ACTIVE)
    cancel_statement(source->conn, proc_exit_inprogress ? cancel_patience_at_exit_ms : cancel_patience_ms);
  PQfinish(source->conn);
  source->conn = nullptr;
  ReleaseExternalFD();
}

static Source *innermost = nullptr;  // of the open connections: a trigger of the target may start another sync
static Source *kept = nullptr;       // those that outlive the call that opened them

static void close_first(Source **list) {
  Source *source = *list;
  *list = source->outer;
  close_source(source);
  if (source->session != nullptr) pfree(const_cast<char *>(source->session));
  pfree(const_cast<char *>(source->server_name));
  pfree(source);
}

void close_innermost() { close_first(&innermost); }

void close_kept_source(Source *source) {
  Source **place = &kept;
  while (*place != nullptr && *place != source) place = &(*place)->outer;
  if (*place != nullptr) close_first(place);
}

// Moves a source to the front of a list.
static void move_to(Source **list, Source *source) {
  for (Source **from : {&innermost, &kept})
    for (Source **place = from; *place != nullptr; place = &(*place)->outer)
      if (*place == source) {
        *place = source->outer;
        source->outer = *list;
        *list = source;
        return;
      }
}

void lend_kept_source(Source *source) { move_to(&innermost, source); }

void return_kept_source(Source *source) { move_to(&kept, source); }

Source *innermost_source() { return innermost; }

static void close_at_exit(int, Datum) {
  while (innermost != nullptr) close_innermost();
  while (kept != nullptr) close_first(&kept);
}

// Sources outlive every transaction, so that a terminated backend still cancels the statement on the source. Not by
// PG_ENSURE_ERROR_CLEANUP: its callback must be the latest to be registered when it ends, and code of a table's owner
// makes the server register one with the first temporary object of a session.
static Source *make_source(const char *server_name, Oid server_oid, Source **list) {
  static bool is_registered = false;
  if (!is_registered) before_shmem_exit(close_at_exit, Datum(0));
  is_registered = true;
  Source *source = static_cast<Source *>(MemoryContextAllocZero(TopMemoryContext, sizeof(Source)));
  source->server_name = MemoryContextStrdup(TopMemoryContext, server_name);
  source->server_oid = server_oid;
  source->outer = *list;
  *list = source;
  return source;
}

// connect_timeout of the whole attempt in ms, -1 for none: PQconnectPoll leaves that to its caller. libpq counts it
// for each host of a list, and takes nothing below two seconds.
static long connect_limit_ms(const ConnectionParameters *parameters) {
  long seconds = 0;
  int hosts = 1;
  for (int i = 0; parameters->keywords[i] != nullptr; i++) {
    if (strcmp(parameters->keywords[i], "connect_timeout") == 0) seconds = strtol(parameters->values[i], nullptr, 10);
    if (strcmp(parameters->keywords[i], "host") == 0)
      for (const char *c = parameters->values[i]; *c != '\0'; c++) hosts += *c == ',';
  }
  return seconds <= 0 ? -1 : Max(seconds, 2) * 1000 * hosts;
}

static bool needs_password(const UserMapping *mapping) {
  const char *password_required = option_value(mapping->options, "password_required");
  bool is_required = true;
  if (password_required != nullptr) parse_bool(password_required, &is_required);
  return is_required && !superuser_arg(mapping->userid);
}

static void check_parameters(const ConnectionParameters *parameters, const char *server_name,
                             const UserMapping *mapping) {
  const char *password = option_value(mapping->options, "password");
  if (needs_password(mapping) && (password == nullptr || password[0] == '\0'))
    ereport(ERROR, (errcode(ERRCODE_S_R_E_PROHIBITED_SQL_STATEMENT_ATTEMPTED),
                    errmsg("password is required to connect to server \"%s\"", server_name),
                    errdetail("Non-superusers must provide a password in the user mapping.")));
  for (int i = 0; parameters->keywords[i] != nullptr; i++)
    if (libpqsrv_is_valid_proxy_option != nullptr && !libpqsrv_is_valid_proxy_option(parameters->keywords[i]))
      ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                      errmsg("permission denied to set connection option \"%s\"", parameters->keywords[i])));
}

// A function on the source may RAISE NOTICE with values of a row; libpq would print it into our server's log. A notice
// without an SQLSTATE is libpq's own: it dropped a message that came while no statement was in work.
// A result may outlive its source, which is looked for therefore.
static void take_notice(void *arg, const PGresult *notice) {
  if (PQresultErrorField(notice, PG_DIAG_SQLSTATE) != nullptr) return;
  for (Source *list : {innermost, kept})
    for (Source *source = list; source != nullptr; source = source->outer)
      if (source == arg) source->talks_unasked = true;
}

static void start_connection(Source *source, const ConnectionParameters *parameters) {
  if (!AcquireExternalFD())
    ereport(ERROR, (errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
                    errmsg("could not connect to server \"%s\"", source->server_name),
                    errdetail("There are too many open files on the local server."),
                    errhint("Raise the server's max_files_per_process and/or \"ulimit -n\" limits.")));
  source->conn = PQconnectStartParams(parameters->keywords, parameters->values, false);
  if (source->conn == nullptr) {
    ReleaseExternalFD();
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  }
  (void)PQsetNoticeReceiver(source->conn, take_notice, source);
}

static void finish_connection(Source *source, long limit_ms) {
  begin_intake(source, longest_login);
  TimestampTz start = GetCurrentTimestamp();
  PostgresPollingStatusType status =
      PQstatus(source->conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
    long left_ms = limit_ms < 0 ? -1 : limit_ms - TimestampDifferenceMilliseconds(start, GetCurrentTimestamp());
    int events = status == PGRES_POLLING_READING ? WL_SOCKET_READABLE : WL_SOCKET_WRITEABLE;
    bool is_late = limit_ms >= 0 && left_ms <= 0;
    if (is_late || wait_for_source(source, events, left_ms) == 0)
      ereport(ERROR, (errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
                      errmsg("could not connect to server \"%s\"", source->server_name),
                      errdetail("The timeout of connect_timeout expired.")));
    begin_parsing(source);
    (void)take_input(source, [&] {
      status = PQconnectPoll(source->conn);
      return true;
    });
    end_parsing(source, 0, true);
  }
  // Otherwise a statement that the socket's buffer does not hold would block, and so would closing a frozen connection.
  if (PQstatus(source->conn) != CONNECTION_OK || PQsetnonblocking(source->conn, 1) != 0) raise_connection_error(source);
  // From here on errors are read field by field: libpq need not make texts of them, of megabytes perhaps.
  (void)PQsetErrorVerbosity(source->conn, PQERRORS_SQLSTATE);
}

void connect_source(Source *source, ForeignServer *server, UserMapping *mapping) {
  ConnectionParameters parameters = libpq_parameters(server, mapping);
  check_parameters(&parameters, source->server_name, mapping);
  source->role = mapping->userid;
  source->mapping = mapping->umid;
  source->by_superuser = superuser_arg(mapping->userid);
  source->stays_open = keeps_connections(server->options);
  source->silence_limit_ms = source_timeout_ms(server->options);
  source->answer_limit = answer_limit(server->options);
  start_connection(source, &parameters);
  finish_connection(source, connect_limit_ms(&parameters));

  // The connection must rest on the password that the user gave, not on a right of the server's operating system user.
  if (needs_password(mapping) && !PQconnectionUsedPassword(source->conn))
    ereport(ERROR, (errcode(ERRCODE_S_R_E_PROHIBITED_SQL_STATEMENT_ATTEMPTED),
                    errmsg("password is required to connect to server \"%s\"", source->server_name),
                    errdetail("Non-superuser cannot connect if the server does not request a password."),
                    errhint("Target server's authentication method must be changed or password_required=false set "
                            "in the user mapping attributes.")));
  source->version = PQserverVersion(source->conn);
  if (source->version < 120000)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("source server \"%s\" is older than PostgreSQL 12", source->server_name),
                    errhint("Name a server of PostgreSQL 12 or later.")));
  make_source_events(source);
}

// ---- of calls, and kept

void make_innermost(const ForeignServer *server) {
  (void)make_source(server->servername, server->serverid, &innermost);
}

void with_innermost(Callback<void(Source *)> body) {
  PG_TRY();
  { body(innermost); }
  PG_CATCH();
  {
    if (innermost->twin_of != nullptr) innermost->twin_of->failed = innermost->failed;
    close_innermost();
    PG_RE_THROW();
  }
  PG_END_TRY();
}

Source *open_kept_source(ForeignServer *server, UserMapping *mapping) {
  Source *source = make_source(server->servername, server->serverid, &kept);
  PG_TRY();
  { connect_source(source, server, mapping); }
  PG_CATCH();
  {
    close_kept_source(source);
    PG_RE_THROW();
  }
  PG_END_TRY();
  return source;
}

// ---- a second connection

// What the first was made with, to the host that it found.
static ConnectionParameters parameters_of(PGconn *conn) {
  PQconninfoOption *options = PQconninfo(conn);
  if (options == nullptr) ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  size_t n_options = 0;
  while (options[n_options].keyword != nullptr) n_options++;
  ConnectionParameters parameters = {make_array<const char *>(n_options + 1), make_array<const char *>(n_options + 1)};
  int n = 0;
  for (const PQconninfoOption *option = options; option->keyword != nullptr; option++) {
    const char *keyword = option->keyword, *value = option->val;
    if (strcmp(keyword, "host") == 0) value = PQhost(conn);
    if (strcmp(keyword, "hostaddr") == 0) value = PQhostaddr(conn);
    if (strcmp(keyword, "port") == 0) value = PQport(conn);
    bool is_settled = strcmp(keyword, "service") == 0 || strcmp(keyword, "target_session_attrs") == 0;
    if (value == nullptr || value[0] == '\0' || is_settled) continue;
    parameters.keywords[n] = pstrdup(keyword);
    parameters.values[n++] = pstrdup(value);
  }
  PQconninfoFree(options);
  return parameters;
}

void with_twin(Source *source, int limit_ms, Callback<void(Source *)> body) {
  (void)make_source(source->server_name, source->server_oid, &innermost);
  with_innermost([&](Source *twin) {
    twin->twin_of = source;
    twin->silence_limit_ms = limit_ms;
    twin->answer_limit = source->answer_limit;
    ConnectionParameters parameters = parameters_of(source->conn);
    start_connection(twin, &parameters);
    finish_connection(twin, limit_ms);
    twin->version = source->version;
    make_source_events(twin);
    body(twin);
  });
  close_innermost();
}

}  // namespace confiture

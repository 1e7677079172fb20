#include "source/quiesce.h"

#include "source/intake.h"
#include "source/wait.h"

namespace confiture {

bool is_idle(const Source *source) {
  const PGconn *conn = source->conn;
  return PQstatus(conn) == CONNECTION_OK && PQtransactionStatus(conn) != PQTRANS_ACTIVE;
}

// What a session may have been left with by the expressions of rules and filters, and by the code of views. DISCARD ALL
// would do, but in no statement with another.
static const char end_of_transaction[] = R"(
  COMMIT;
  CLOSE ALL;
  RESET SESSION AUTHORIZATION;
  RESET ROLE;
  RESET ALL;
  DEALLOCATE ALL;
  UNLISTEN *;
  SELECT pg_catalog.pg_advisory_unlock_all())";

bool send_end(Source *source) {
  source->awaits_end = is_idle(source) && PQsendQuery(source->conn, end_of_transaction) && PQflush(source->conn) == 0;
  return source->awaits_end;
}

// How long a source has for what takes it microseconds, before another connection is the better choice.
static constexpr int end_patience_ms = 2000;

bool finish_end(Source *source) {
  if (!source->awaits_end) return true;
  source->awaits_end = false;
  int silence_ms = source->silence_limit_ms,
      limit_ms = silence_ms < 0 ? end_patience_ms : Min(silence_ms, end_patience_ms);
  begin_intake(source, longest_message);
  for (PGconn *conn = source->conn;;) {
    while (PQisBusy(conn)) {
      if (wait_for_source(source, WL_SOCKET_READABLE, limit_ms) == 0) return false;
      if (!take_input(source)) return false;
    }
    PGresult *result = PQgetResult(conn);
    if (result == nullptr) return PQtransactionStatus(conn) == PQTRANS_IDLE && !source->talks_unasked;
    bool has_failed = PQresultStatus(result) == PGRES_FATAL_ERROR;
    PQclear(result);
    if (has_failed) return false;
  }
}

// The first statement after a pause may find that the source was restarted meanwhile. A server says so before it closes
// the socket: the first read finds that, the second the end.
bool is_gone(Source *source) {
  for (int i = 0; i < 2; i++)
    if (PQconsumeInput(source->conn) == 0 || PQstatus(source->conn) != CONNECTION_OK) return true;
  return false;
}

// How long a source has to stop a statement that was cancelled, and how much of what it had sent before is read.
static constexpr int stop_patience_ms = 2000;

bool drain(Source *source) {
  TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), stop_patience_ms);
  begin_intake(source, longest_row);
  for (;;) {
    char *message = nullptr;
    int size = PQgetCopyData(source->conn, &message, 1);
    if (message != nullptr) PQfreemem(message);
    reset_intake(source);
    if (size > 0) continue;
    if (size < 0 && !PQisBusy(source->conn)) {
      PGresult *result = PQgetResult(source->conn);
      if (result == nullptr) return true;
      PQclear(result);
      continue;
    }
    long left_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline);
    if (left_ms <= 0 || wait_for_source(source, WL_SOCKET_READABLE, left_ms) == 0) return false;
    if (!take_input(source)) return false;
  }
}

}  // namespace confiture

#include "source/copy.h"

#include "source/error.h"
#include "source/query.h"

namespace confiture {

void source_start_copy(Source *source, const char *sql, bool is_view) {
  PGresult *result = send_and_receive(source, sql);
  if (PQresultStatus(result) == PGRES_COPY_OUT) return;
  // No row was looked at yet, but a view may hold constants that the planner works on. Names and syntax are ours.
  const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  raise_source_error(source, result, is_view && (sqlstate == nullptr || strncmp(sqlstate, "42", 2) != 0));
}

// The stream ended: well, or with the source's error.
static void finish_copy(Source *source, uint64 *rows) {
  PGresult *result = receive_result(source);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) raise_source_error(source, result, true);
  *rows = strtoull(PQcmdTuples(result), nullptr, 10);
}

int source_copy_message(Source *source, const char **message, bool wait, uint64 *rows) {
  if (source->message != nullptr) PQfreemem(source->message);
  source->message = nullptr;
  // libpq may hold whole messages already; only ask the socket, and only then sleep, when it does not.
  for (bool has_asked = false;; has_asked = true) {
    int size = PQgetCopyData(source->conn, &source->message, 1);
    if (size > 0) {
      *message = source->message;
      return size;
    }
    if (size < 0) {
      finish_copy(source, rows);
      return -1;
    }
    if (!has_asked) {
      if (!PQconsumeInput(source->conn)) raise_connection_error(source);
    } else if (wait) {
      receive_input(source);
    } else {
      return 0;
    }
  }
}

}  // namespace confiture

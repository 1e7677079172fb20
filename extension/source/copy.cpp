#include "source/copy.h"

#include "source/error.h"
#include "source/intake.h"
#include "source/receive.h"

namespace confiture {

void source_start_copy(Source *source, const CopyRequest *request) {
  PGresult *result = send_and_receive(source, request->sql);
  if (PQresultStatus(result) != PGRES_COPY_OUT) {
    // No row was looked at yet, but a view may hold constants that the planner works on. Names and syntax are ours.
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    raise_source_error(source, result, request->is_view && (sqlstate == nullptr || strncmp(sqlstate, "42", 2) != 0));
  }
  if (PQbinaryTuples(result) != static_cast<int>(request->binary) || PQnfields(result) != request->n_columns)
    raise_no_postgresql(source, "It sends rows of another format or of other columns than it was asked for.");
  source->message_limit = longest_row;
  source->copies_text = !request->binary;
}

static const char went_on[] = "It goes on after the end of the rows.";

// libpq drops rows after the end in silence. A binary stream ends with a trailer, so that they are missed; after a text
// one the answer to the next statement shows whether the source is where we are.
static void check_text_end(Source *source) {
  PGresult *result = send_and_receive(source, "SELECT 1");
  if (PQresultStatus(result) == PGRES_FATAL_ERROR) raise_source_error(source, result, true);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) raise_no_postgresql(source, went_on);
}

// The stream ended: well, or with the source's error.
static void finish_copy(Source *source, uint64 *rows) {
  source->message_limit = longest_message;
  int n_results;
  PGresult *result = receive_result(source, &n_results);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) raise_source_error(source, result, true);
  if (n_results != 1) raise_no_postgresql(source, went_on);
  *rows = strtoull(PQcmdTuples(result), nullptr, 10);
  if (source->copies_text) check_text_end(source);
}

int source_copy_message(Source *source, const char **message, bool wait, uint64 *rows) {
  if (source->message != nullptr) PQfreemem(source->message);
  source->message = nullptr;
  // libpq may hold whole messages already; only ask the socket, and only then sleep, when it does not.
  for (bool has_asked = false;; has_asked = true) {
    int size = PQgetCopyData(source->conn, &source->message, 1);
    if (size != 0) reset_intake(source);
    if (size > 0) {
      *message = source->message;
      return size;
    }
    if (size < 0) {
      finish_copy(source, rows);
      return -1;
    }
    if (!has_asked) {
      // Not counted, since it is on the path of every row: what brings no message is waited for next.
      if (!PQconsumeInput(source->conn)) raise_connection_error(source);
    } else if (wait) {
      receive_input(source);
    } else {
      return 0;
    }
  }
}

}  // namespace confiture

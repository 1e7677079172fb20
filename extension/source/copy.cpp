#include "source/copy.h"

#include "source/error.h"
#include "source/receive.h"

namespace confiture {

// libpq reads from the socket what fits its buffer, which starts at 16 kB and grows with the largest message it met:
// one of 50 kB makes it 64 kB, and a COPY needs a fraction of the system calls (30 ns less per row). Not larger, and
// not before it is needed, since what was read is parsed in one go: see source/intake.h.
static void make_room(Source *source) {
  if (source->has_room) return;
  PGresult *result = send_and_receive(source, "SELECT pg_catalog.repeat(' ', 50000)");
  if (PQresultStatus(result) != PGRES_TUPLES_OK) raise_source_error(source, result, false);
  source->has_room = true;
}

void source_start_copy(Source *source, const CopyRequest *request) {
  make_room(source);
  PGresult *result = send_and_receive(source, request->sql, longest_row);  // which may follow at once
  if (PQresultStatus(result) != PGRES_COPY_OUT) {
    // No row was looked at yet, but a view may hold constants that the planner works on. Names and syntax are ours.
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    raise_source_error(source, result, request->is_view && (sqlstate == nullptr || strncmp(sqlstate, "42", 2) != 0));
  }
  if (PQbinaryTuples(result) != static_cast<int>(request->binary) || PQnfields(result) != request->n_columns)
    raise_no_postgresql(source, "It sends rows of another format or of other columns than it was asked for.");
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
  begin_intake(source, longest_message);
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
    if (has_asked) end_parsing(source, size, size == 0);
    if (size != 0) reset_intake(source);
    if (size > 0) {
      source->longest = Max(source->longest, size);
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
    begin_parsing(source);
  }
}

}  // namespace confiture

// A selective filter may read for an hour before its first row, and a lock may take as long: the source is silent then,
// and healthy. A frozen one looks the same on the connection. So when source_timeout has passed without a byte, a
// second connection asks; every further source_timeout asks again. Only a clear yes extends the wait: a source that
// waits for us, for its client, has said what it had to say, and on the way it was lost.
#include "source/probe.h"

#include "source/attempt.h"
#include "source/connection.h"
#include "source/query.h"

namespace confiture {

// For each step of connecting and asking.
static constexpr int patience_ms = 10000;

// A process id comes again, with another start.
#define SQL_IDENTITY \
  "pg_catalog.concat(pid, ' ', pg_catalog.to_char(backend_start AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'))"

const char *session_query() {
  return "SELECT " SQL_IDENTITY " FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())";
}

static const char working_query[] = R"(
  SELECT pg_catalog.count(*)
  FROM pg_catalog.pg_stat_activity
  WHERE )" SQL_IDENTITY R"( OPERATOR(pg_catalog.=) $1
    AND state OPERATOR(pg_catalog.=) 'active'
    AND coalesce(wait_event_type, '') OPERATOR(pg_catalog.<>) 'Client')";

static bool is_working(Source *source) {
  bool is_active = false;
  auto ask = [&](Source *twin) {
    PGresult *result = source_query(twin, working_query, 1, &source->session);
    is_active = strcmp(PQgetvalue(expect_shape(twin, result, 1, 1), 0, 0), "1") == 0;
  };
  int limit_ms = Min(source->silence_limit_ms, patience_ms);
  ErrorData *refusal = try_step(source, [&] { with_twin(source, limit_ms, ask); });
  return refusal == nullptr && is_active;
}

void remember_session(Source *source, const char *session) {
  const char *copy = MemoryContextStrdup(TopMemoryContext, session);
  if (source->session != nullptr) pfree(const_cast<char *>(source->session));
  source->session = copy;
  source->is_working = is_working;
}

}  // namespace confiture

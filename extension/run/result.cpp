#include "run/result.h"

#include "pg/spi.h"

namespace confiture {

RunResult load_result(int64 run_id) {
  Rows rows = spi_run_as_owner(R"(
      SELECT r.state, count(t.relation), coalesce(sum(t.rows), 0)::int8, coalesce(sum(t.bytes), 0)::int8,
        (extract(epoch FROM coalesce(r.finished_at, clock_timestamp()) - r.started_at) * 1000000)::int8
      FROM confiture.run r
      LEFT JOIN confiture.run_table t ON t.run_id = r.run_id AND t.state = 'done'
      WHERE r.run_id = $1
      GROUP BY r.run_id)",
                               {arg(run_id)});
  if (rows.is_empty())
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("run " INT64_FORMAT " was deleted from confiture.run while it was running", run_id)));
  Row row = rows.first();
  return {
      .run_id = run_id,
      .state = row.next<const char *>(),
      .tables = row.next<int64>(),
      .rows = row.next<int64>(),
      .bytes = row.next<int64>(),
      .microseconds = row.next<int64>(),
  };
}

void report_result(const RunResult *result, bool is_atomic) {
  bool is_partial = strcmp(result->state, "partial") == 0, is_failed = strcmp(result->state, "failed") == 0;
  if (!is_partial && !is_failed && strcmp(result->state, "cancelled") != 0) return;
  Row row = spi_run_as_owner(R"(
      SELECT coalesce(r.error, ''),
        (SELECT string_agg(format('%s: %s.', t.relation_name, t.error), E'\n' ORDER BY t.relation_name)
         FROM confiture.run_table t
         WHERE t.run_id = r.run_id AND t.state = 'failed')
      FROM confiture.run r
      WHERE r.run_id = $1)",
                             {arg(result->run_id)})
                .first();
  const char *reason = row.next<const char *>(), *tables = row.next<const char *>();
  ereport(is_partial ? WARNING : ERROR,
          (errcode(is_partial ? ERRCODE_WARNING : ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
           is_partial ? errmsg("run " INT64_FORMAT " is partial: tables failed", result->run_id)
                      : errmsg("run " INT64_FORMAT " %s%s%s", result->run_id, is_failed ? "failed" : "was cancelled",
                               reason[0] != '\0' ? ": " : "", reason),
           is_partial && tables != nullptr ? errdetail_internal("%s", tables) : 0,
           is_atomic ? 0
                     : errhint("Finished work is kept: CALL confiture.resume(" INT64_FORMAT ") continues the run.",
                               result->run_id)));
}

}  // namespace confiture

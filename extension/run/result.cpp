#include "run/result.h"

#include "pg/masking_key.h"
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

// What a resumed run would be refused for, or fail with again.
struct Obstacles {
  bool has_other_key;
  const char *changed;  // tables of the target that are gone or were altered since they were planned
  bool is_violated;     // a foreign key
};

static Obstacles find_obstacles(int64 run_id) {
  Rows rows = spi_run_as_owner(R"(
      SELECT r.key_id <> $2,
        (SELECT string_agg(t.relation_name, ', ' ORDER BY t.relation_name)
         FROM confiture.run_table t
         WHERE t.run_id = r.run_id
           AND EXISTS (
             SELECT FROM jsonb_to_recordset(t.transfer -> 'columns') AS c(name text, number int2, type oid, typmod int4)
             LEFT JOIN pg_attribute a ON a.attrelid = t.relation AND a.attnum = c.number AND a.attname = c.name
               AND a.atttypid = c.type AND a.atttypmod = c.typmod AND NOT a.attisdropped
             WHERE a.attrelid IS NULL)),
        EXISTS (SELECT FROM confiture.foreign_key_check k
                WHERE k.run_id = r.run_id AND k.action = 'failed' AND k.violations > 0)
      FROM confiture.run r
      WHERE r.run_id = $1)",
                               {arg(run_id), arg(masking_key_id())});
  if (rows.is_empty()) return {};
  Row row = rows.first();
  return {
      .has_other_key = row.next<bool>(),
      .changed = row.next<const char *>(),
      .is_violated = row.next<bool>(),
  };
}

const char *way_on(int64 run_id, MemoryContext context) {
  Obstacles obstacles = find_obstacles(run_id);
  const char *hint;
  if (obstacles.has_other_key)
    hint = "Start a new run with CALL confiture.sync(): the rows of one run are masked with one key.";
  else if (obstacles.changed != nullptr)
    hint = psprintf(
        "Start a new run with CALL confiture.sync(): a run is not resumed after its tables were altered or "
        "dropped (%s).",
        obstacles.changed);
  else if (obstacles.is_violated)
    hint = psprintf("Finished work is kept. Correct the rows, and CALL confiture.resume(" INT64_FORMAT
                    "); or have it done: CALL confiture.resume(" INT64_FORMAT
                    ", on_fk_violation => 'delete'), 'null' or 'report'.",
                    run_id, run_id);
  else
    hint = psprintf("Finished work is kept: CALL confiture.resume(" INT64_FORMAT ") continues the run.", run_id);
  return MemoryContextStrdup(context, hint);
}

void report_result(const RunResult *result, bool is_atomic) {
  bool is_partial = strcmp(result->state, "partial") == 0, is_failed = strcmp(result->state, "failed") == 0;
  if (!is_partial && !is_failed && strcmp(result->state, "cancelled") != 0) return;
  Row row = spi_run_as_owner(R"(
      SELECT coalesce(r.error, r.state),
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
           is_partial  ? errmsg("run " INT64_FORMAT " is partial: tables failed", result->run_id)
           : is_failed ? errmsg("run " INT64_FORMAT " failed: %s", result->run_id, reason)
                       : errmsg("run " INT64_FORMAT " was %s", result->run_id, reason),
           is_partial && tables != nullptr ? errdetail_internal("%s", tables) : 0,
           is_atomic ? 0 : errhint("%s", way_on(result->run_id, CurrentMemoryContext))));
}

}  // namespace confiture

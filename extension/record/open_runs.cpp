#include "record/open_runs.h"

#include "pg/spi.h"
#include "record/run_lock.h"
#include "record/run_store.h"

namespace confiture {

static void warn_superseded(int64 run_id, bool leaves_things_off) {
  if (leaves_things_off)
    ereport(
        WARNING,
        (errmsg("run " INT64_FORMAT " can no longer be resumed, and other tables still lack what it set aside", run_id),
         errhint("SELECT confiture.restore_indexes(" INT64_FORMAT ") puts it back.", run_id)));
}

// OFFSET 0, here and below: the tables of the few open runs are looked up one by one, since the history is long and
// seldom analyzed.

void refuse_open_runs(int64 run_id, List *relations, bool takes_over) {
  Rows rows = spi_run_latest_as_owner(R"(
      SELECT r.run_id,
        EXISTS (
          SELECT FROM confiture.set_aside s
          WHERE s.run_id = r.run_id AND s.restored_at IS NULL
            AND NOT ($3 AND (s.relation = ANY ($2) OR coalesce(s.referenced = ANY ($2), false))))
      FROM confiture.run r
      WHERE r.run_id <> $1
        AND r.state IN ('queued', 'running', 'failed', 'cancelled', 'partial')
        AND EXISTS (SELECT FROM confiture.run_table t WHERE t.run_id = r.run_id AND t.relation = ANY ($2) OFFSET 0)
      ORDER BY r.run_id)",
                                      {arg(run_id), arg_oids(relations), arg(takes_over)});
  StringInfoData led;
  initStringInfo(&led);
  for (Row row : rows) {
    int64 other = row.next<int64>();
    if (leader_of(other) != 0) {
      appendStringInfo(&led, "%s" INT64_FORMAT, led.len > 0 ? ", " : "", other);
    } else {
      store_state(other, "superseded", nullptr);
      warn_superseded(other, row.next<bool>());
    }
  }
  if (led.len > 0)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE), errmsg("another run is open on the same tables: %s", led.data),
                    errhint("Wait for it, or stop it with confiture.cancel().")));
}

void refuse_in_open_run(Oid relation) {
  Rows rows = spi_run_latest_as_owner(R"(
      SELECT r.run_id
      FROM confiture.run r
      WHERE r.state = 'running'
        AND EXISTS (
          SELECT FROM confiture.run_table t
          WHERE t.run_id = r.run_id AND coalesce(pg_partition_root(t.relation)::oid, t.relation) = $1
          OFFSET 0))",
                                      {arg(partition_root(relation))});
  for (Row row : rows) {
    int64 run_id = row.next<int64>();
    if (leader_of(run_id) != 0)
      ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
                      errmsg("%s belongs to run " INT64_FORMAT ", which is running", qualified_name(relation), run_id),
                      errhint("Wait for it, or stop it with confiture.cancel().")));
  }
}

}  // namespace confiture

// confiture.restore_indexes().
#include "pg/session.h"
#include "pg/spi.h"
#include "record/run_lock.h"
#include "record/run_store.h"
#include "set_aside/restore.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_restore_indexes);
}

static int64 restore_locked_run(int64 run_id) {
  int64 n = restore_all(run_id);
  const char *failures = restore_failures(run_id);
  // What came back is kept; where nothing did, there is nothing to lose.
  if (failures != nullptr)
    ereport(n == 0 ? ERROR : WARNING,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("not everything that run " INT64_FORMAT " took off its tables came back", run_id),
             errdetail_internal("%s", failures),
             errhint("Settle this and call confiture.restore_indexes(" INT64_FORMAT ") again.", run_id)));
  return n;
}

static int64 restore_run(int64 run_id) {
  (void)load_run(run_id);  // for its members only
  if (!lock_run_for_transaction(run_id)) raise_led(run_id);
  return restore_locked_run(run_id);
}

// Passes over runs of roles the caller is not a member of, and those that have a leader.
static int64 restore_dead_runs() {
  Rows rows = spi_run_as_owner(R"(
      SELECT r.run_id
      FROM confiture.run r
      WHERE EXISTS (SELECT FROM confiture.set_aside s WHERE s.run_id = r.run_id AND s.restored_at IS NULL)
        AND ($2 OR pg_has_role($1, (SELECT oid FROM pg_roles WHERE oid = r.started_by), 'USAGE'))
      ORDER BY r.run_id)",
                               {arg(GetUserId()), arg(superuser())});
  int64 restored = 0;
  for (Row row : rows) {
    int64 run_id = row.next<int64>();
    if (lock_run_for_transaction(run_id)) restored += restore_locked_run(run_id);
  }
  return restored;
}

Datum confiture_restore_indexes(PG_FUNCTION_ARGS) {
  spi_connect();
  int level = enter_session();
  int64 n = PG_ARGISNULL(0) ? restore_dead_runs() : restore_run(PG_GETARG_INT64(0));
  leave_session(level);
  spi_finish();
  PG_RETURN_INT64(n);
}

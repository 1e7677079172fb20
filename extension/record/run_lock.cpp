#include "record/run_lock.h"

#include "pg/spi.h"

namespace confiture {

// Beside those of pg_advisory_lock(), which are 1 and 2. The view confiture.runs looks for it.
static constexpr uint16 lock_class = 25446;

static int64 locked_run = 0;

static LOCKTAG tag_of(int64 run_id) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<uint32>(run_id >> 32), static_cast<uint32>(run_id), lock_class);
  return tag;
}

void release_run() {
  if (locked_run == 0) return;
  LOCKTAG tag = tag_of(locked_run);
  locked_run = 0;
  (void)LockRelease(&tag, ExclusiveLock, true);
}

int64 led_run() { return locked_run; }

// A session's lock outlives a failed transaction: the run would seem to be led for ever.
static void release_on_abort(XactEvent event, void *) {
  if (event == XACT_EVENT_ABORT) release_run();
}

bool lock_run(int64 run_id) {
  static bool is_registered = false;
  if (!is_registered) RegisterXactCallback(release_on_abort, nullptr);
  is_registered = true;
  LOCKTAG tag = tag_of(run_id);
  if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL) return false;
  locked_run = run_id;
  return true;
}

bool lock_run_for_transaction(int64 run_id) {
  LOCKTAG tag = tag_of(run_id);
  return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

int leader_of(int64 run_id) {
  Rows rows = spi_run(R"(
      SELECT pid
      FROM pg_locks
      WHERE locktype = 'advisory' AND granted
        AND objsubid = $3 AND database = $2
        AND classid::int8 = $1 >> 32 AND objid::int8 = $1 & 4294967295)",
                      {arg(run_id), arg(MyDatabaseId), arg(static_cast<int16>(lock_class))});
  return rows.is_empty() ? 0 : rows.first().next<int32>();
}

void raise_led(int64 run_id) {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
                  errmsg("run " INT64_FORMAT " is led by process %d", run_id, leader_of(run_id)),
                  errhint("confiture.progress shows it, confiture.cancel() stops it.")));
}

}  // namespace confiture

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

// A lock of the session outlives a failed transaction, and the run would seem to be led for ever.
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
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  uint64 n = old_spi_run(psprintf("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = %u AND granted "
                                  "AND database = %u AND classid::int8 = $1 >> 32 AND objid::int8 = $1 & 4294967295",
                                  lock_class, MyDatabaseId),
                         1, types, values);
  bool is_null;
  return n > 0 ? DatumGetInt32(old_spi_datum(0, 1, &is_null)) : 0;
}

}  // namespace confiture

// confiture.restore_indexes().
#include "../pg/session.h"
#include "../pg/spi.h"
#include "../sync/restore.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_restore_indexes);
}

// For the rest of the transaction, so that nobody goes on with the run meanwhile.
static bool lock_run_here(int64 run_id) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<uint32>(run_id >> 32), static_cast<uint32>(run_id), 25446);
  return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

static bool is_member(const char *role) {
  return superuser() || has_privs_of_role(GetUserId(), get_role_oid(role, true));  // the role may be gone
}

static int64 restore_locked_run(int64 run_id) {
  int64 n = restore_all(run_id);
  char *failures = restore_failures(run_id);
  // What came back shall stay; where nothing did, there is nothing to lose.
  if (failures != nullptr)
    ereport(n == 0 ? ERROR : WARNING,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("not everything that run " INT64_FORMAT " took off its tables came back", run_id),
             errdetail_internal("%s", failures),
             errhint("Settle this and call confiture.restore_indexes(" INT64_FORMAT ") again.", run_id)));
  return n;
}

static int64 restore_run(int64 run_id) {
  Oid types[] = {INT8OID};
  Datum values[] = {Int64GetDatum(run_id)};
  if (spi_run_as_owner("SELECT started_by FROM confiture.run WHERE run_id = $1", 1, types, values) == 0)
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("run " INT64_FORMAT " does not exist", run_id)));
  const char *role = spi_text(0, 1);
  if (!is_member(role))
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("run " INT64_FORMAT " was started by role \"%s\", which you are not a member of", run_id, role)));
  if (!lock_run_here(run_id))
    ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE), errmsg("run " INT64_FORMAT " is still running", run_id),
                    errdetail("It puts everything back by itself."),
                    errhint("To stop it, call confiture.cancel(" INT64_FORMAT ").", run_id)));
  return restore_locked_run(run_id);
}

// Those of roles the caller is no member of, and those that somebody leads, are passed over.
static int64 restore_dead_runs() {
  uint64 n = spi_run_as_owner(
      "SELECT run_id, started_by FROM confiture.run r WHERE EXISTS (SELECT FROM confiture.set_aside s "
      "WHERE s.run_id = r.run_id AND s.restored_at IS NULL) ORDER BY run_id",
      0, nullptr, nullptr);
  SPITupleTable *runs = SPI_tuptable;
  int64 restored = 0;
  for (uint64 row = 0; row < n; row++) {
    bool is_null;
    int64 run_id = DatumGetInt64(SPI_getbinval(runs->vals[row], runs->tupdesc, 1, &is_null));
    if (is_member(SPI_getvalue(runs->vals[row], runs->tupdesc, 2)) && lock_run_here(run_id))
      restored += restore_locked_run(run_id);
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

#include "pg/patient_lock.h"

#include "pg/attempt.h"
#include "pg/guc.h"
#include "pg/list.h"
#include "pg/relations.h"
#include "pg/spi.h"
#include "pg/wait.h"

namespace confiture {

// How long those have who waited behind our request.
static constexpr long pause_ms = 500;

static long ms_until(TimestampTz deadline) { return TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline); }

static long ms_allowed() {
  long allowed = lock_timeout_ms();
  if (LockTimeout > 0 && (allowed == 0 || LockTimeout < allowed)) allowed = LockTimeout;
  return allowed;
}

static void lock_within(List *relations, LOCKMODE lock, long ms) {
  int level = NewGUCNestLevel();
  (void)set_config_option("lock_timeout", psprintf("%ld", Max(ms, 1)), PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
                          true, 0, false);
  for (Oid relation : each_oid(relations)) {
    LockRelationOid(relation, lock);
    (void)partition_tree(relation, lock);  // writers of a partition lock it alone
  }
  AtEOXact_GUC(true, level);
}

// What others do is shown as pg_stat_activity shows it to the caller. Locks that a mode does not conflict with are
// AccessShareLock, and RowShareLock for those below ExclusiveLock.
static const char *holders_of(List *relations, LOCKMODE lock) {
  Rows rows = spi_run(R"(
      SELECT string_agg(format('Process %s holds a lock on %s%s.', l.pid, l.relation::regclass,
          ', ' || a.state || ' since ' || date_trunc('second', a.state_change)), E'\n' ORDER BY l.pid, l.relation)
      FROM (
        SELECT DISTINCT l.pid, t.relation
        FROM unnest($1) r(relation)
        CROSS JOIN LATERAL (
          SELECT r.relation
          UNION
          SELECT relid FROM pg_partition_tree(r.relation)) t(relation)
        JOIN pg_locks l ON l.relation = t.relation
        WHERE l.locktype = 'relation'
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND l.granted
          AND l.pid <> pg_backend_pid()
          AND ($2 OR l.mode NOT IN ('AccessShareLock', 'RowShareLock'))) l(pid, relation)
      LEFT JOIN pg_stat_activity a USING (pid))",
                      {arg_oids(relations), arg(lock == AccessExclusiveLock)});
  return rows.first().next<const char *>();
}

[[noreturn]] static void raise_not_had(List *relations, LOCKMODE lock, long allowed) {
  const char *holders = holders_of(relations, lock);
  const char *first = qualified_name(linitial_oid(relations));
  const char *time = psprintf("%g s", static_cast<double>(allowed) / 1000);
  const char *message = list_length(relations) == 1 ? psprintf("%s could not be locked within %s", first, time)
                                                    : psprintf("the tables could not be locked within %s", time);
  ereport(
      ERROR,
      (errcode(ERRCODE_LOCK_NOT_AVAILABLE), errmsg("%s", message), holders != nullptr ? errdetail("%s", holders) : 0,
       errhint("End those sessions or wait for them, and try again. confiture.lock_timeout sets how long to wait.")));
}

void lock_patiently(List *relations, LOCKMODE lock, Callback<void()> show) {
  if (relations == NIL) return;
  long allowed = ms_allowed();
  TimestampTz deadline = GetCurrentTimestamp() + allowed * 1000;
  auto is_other = [](const ErrorData *error) { return error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE; };
  while (true) {
    show();
    long ms = lock_wait_ms();
    if (allowed > 0) ms = Min(ms, ms_until(deadline));
    if (attempt([&] { lock_within(relations, lock, ms); }, is_other) == nullptr) return;
    show();
    if (allowed > 0 && ms_until(deadline) <= 0) raise_not_had(relations, lock, allowed);
    wait_a_moment(pause_ms);
  }
}

}  // namespace confiture

#include "record/open_runs.h"

#include "pg/spi.h"
#include "record/run_lock.h"
#include "record/run_store.h"

namespace confiture {

static void warn_superseded(int64 run_id, bool leaves_things_off) {
  if (leaves_things_off)
    ereport(WARNING, (errmsg("run " INT64_FORMAT " cannot be resumed any more, and other tables still lack what it "
                             "took off them",
                             run_id),
                      errhint("SELECT confiture.restore_indexes(" INT64_FORMAT ") puts it back.", run_id)));
}

void refuse_open_runs(int64 run_id, List *relations, bool takes_over) {
  Oid types[] = {INT8OID, OIDARRAYOID, BOOLOID};
  Datum values[] = {Int64GetDatum(run_id), oid_array(relations), BoolGetDatum(takes_over)};
  uint64 n = old_spi_run_as_owner(
      "SELECT r.run_id, EXISTS (SELECT FROM confiture.set_aside s WHERE s.run_id = r.run_id AND s.restored_at IS NULL "
      "  AND NOT ($3 AND (s.relation = ANY ($2) OR coalesce(s.referenced = ANY ($2), false)))) "
      "FROM confiture.run r WHERE r.run_id <> $1 "
      "AND r.state IN ('queued', 'running', 'failed', 'cancelled', 'partial') AND EXISTS (SELECT FROM "
      "confiture.run_table t WHERE t.run_id = r.run_id AND t.relation = ANY ($2)) ORDER BY r.run_id",
      3, types, values, nullptr, true);
  SPITupleTable *found = SPI_tuptable;
  StringInfoData alive;
  initStringInfo(&alive);
  for (uint64 row = 0; row < n; row++) {
    bool is_null;
    int64 other = DatumGetInt64(SPI_getbinval(found->vals[row], found->tupdesc, 1, &is_null));
    if (leader_of(other) != 0) {
      appendStringInfo(&alive, "%s" INT64_FORMAT, alive.len > 0 ? ", " : "", other);
    } else {
      store_state(other, "superseded", nullptr);
      warn_superseded(other, DatumGetBool(SPI_getbinval(found->vals[row], found->tupdesc, 2, &is_null)));
    }
  }
  if (alive.len > 0)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE), errmsg("another run is open on the same tables: %s", alive.data),
                    errhint("Wait for it, or stop it with confiture.cancel().")));
}

void refuse_in_open_run(Oid relation) {
  Oid types[] = {OIDOID};
  Datum values[] = {ObjectIdGetDatum(partition_root(relation))};
  uint64 n = old_spi_run_as_owner(
      "SELECT r.run_id FROM confiture.run r JOIN confiture.run_table t USING (run_id) WHERE r.state = 'running' "
      "AND coalesce(pg_partition_root(t.relation)::oid, t.relation) = $1",
      1, types, values, nullptr, true);
  SPITupleTable *found = SPI_tuptable;
  for (uint64 row = 0; row < n; row++) {
    bool is_null;
    int64 run_id = DatumGetInt64(SPI_getbinval(found->vals[row], found->tupdesc, 1, &is_null));
    if (leader_of(run_id) != 0)
      ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
                      errmsg("%s belongs to run " INT64_FORMAT ", which is going on", qualified_name(relation), run_id),
                      errhint("Wait for it, or stop it with confiture.cancel().")));
  }
}

}  // namespace confiture

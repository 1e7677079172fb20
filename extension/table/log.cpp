#include "table/log.h"

#include "pg/masking_key.h"
#include "pg/spi.h"
#include "plan/summary.h"

namespace confiture {

static const char *mode_name(LoadMode mode) {
  return mode == LoadMode::replace ? "replace" : mode == LoadMode::append ? "append" : "upsert";
}

void log_run(const SyncPlan *plan, const SyncResult *result, TimestampTz started) {
  Oid types[] = {INT8OID, TEXTOID, NAMEOID, TIMESTAMPTZOID, TEXTOID};
  Datum values[] = {Int64GetDatum(result->run_id), CStringGetTextDatum(plan->request.server),
                    NameGetDatum(caller_name()), TimestampTzGetDatum(started), CStringGetTextDatum(masking_key_id())};
  old_spi_run_as_owner(
      "INSERT INTO confiture.run (run_id, server, state, started_by, started_at, finished_at, key_id) "
      "OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'done', $3, $4, clock_timestamp(), $5)",
      5, types, values);

  const char *filter = plan->request.filter;
  Oid table_types[] = {INT8OID, OIDOID,  TEXTOID, TEXTOID, TEXTOID, TEXTOID,
                       TEXTOID, INT8OID, INT8OID, INT8OID, TEXTOID};
  Datum table_values[] = {Int64GetDatum(result->run_id),
                          ObjectIdGetDatum(plan->request.relation),
                          CStringGetTextDatum(plan->relation_name),
                          CStringGetTextDatum(plan->source->qualified),
                          CStringGetTextDatum(mode_name(plan->request.mode)),
                          CStringGetTextDatum(result->binary ? "binary" : "text"),
                          filter != nullptr ? CStringGetTextDatum(filter) : Datum(0),
                          Int64GetDatum(result->rows),
                          Int64GetDatum(result->bytes),
                          Int64GetDatum(result->microseconds),
                          CStringGetTextDatum(columns_as_json(plan))};
  old_spi_run_as_owner(
      "INSERT INTO confiture.run_table (run_id, relation, relation_name, source_relation, mode, format, filter, rows, "
      "bytes, elapsed, columns) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10 * interval '1 microsecond', "
      "$11::jsonb)",
      11, table_types, table_values, filter != nullptr ? nullptr : "      n    ");
}

}  // namespace confiture

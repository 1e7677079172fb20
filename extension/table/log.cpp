#include "table/log.h"

#include "pg/masking_key.h"
#include "pg/spi.h"
#include "plan/summary.h"

namespace confiture {

void log_run(const SyncPlan *plan, const SyncResult *result, TimestampTz started) {
  spi_run_as_owner(R"(
      INSERT INTO confiture.run (run_id, server, state, started_by, started_by_name, started_at, finished_at, key_id)
      OVERRIDING SYSTEM VALUE
      VALUES ($1, $2, 'done', $3, $4, $5, clock_timestamp(), $6)
      )",
                   {arg(result->run_id), arg(plan->request.server), arg(GetUserId()), arg_name(NameStr(*caller_name())),
                    arg_time(started), arg(masking_key_id())});
  spi_run_as_owner(
      R"(
      INSERT INTO confiture.run_table (run_id, relation, relation_name, source_relation, mode, format, filter, rows,
                                       bytes, elapsed, columns, shape, loader)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10 * interval '1 microsecond', $11::jsonb, $12::jsonb,
              $13)
      )",
      {arg(result->run_id), arg(plan->request.relation), arg(plan->relation_name), arg(plan->source->qualified),
       arg(mode_name(plan->request.mode)), arg(result->binary ? "binary" : "text"), arg(plan->request.filter),
       arg(result->rows), arg(result->bytes), arg(result->microseconds), arg(columns_as_json(plan)),
       arg(shape_as_json(plan)), arg(loader_name(plan->loader))});
}

}  // namespace confiture

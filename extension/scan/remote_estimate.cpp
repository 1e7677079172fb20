#include "scan/remote_estimate.h"

#include "pg/memory.h"
#include "scan/conditions.h"
#include "source/error.h"
#include "source/query.h"
#include "source/server_options.h"

namespace confiture {

bool uses_remote_estimate(Oid relation) {
  const ForeignTable *table = GetForeignTable(relation);
  const char *value = option_value(table->options, "use_remote_estimate");
  if (value == nullptr) value = option_value(GetForeignServer(table->serverid)->options, "use_remote_estimate");
  bool uses = false;
  if (value != nullptr) (void)parse_bool(value, &uses);
  return uses;
}

static const char *explain_statement(const ScanPlan *plan, List *shipped) {
  auto unknown = [](const Param *) -> const char * { return "(SELECT NULL)"; };
  int level = pin_output();
  const char *condition = conditions_sql(plan, shipped, unknown);
  AtEOXact_GUC(true, level);
  const Transfer *transfer = plan->transfer;
  return psprintf("EXPLAIN SELECT NULL FROM %s%s%s%s", only_itself(transfer->source_kind), transfer->source_relation,
                  condition != nullptr ? " WHERE " : "", condition != nullptr ? condition : "");
}

// The end of the first line: (cost=0.28..8.30 rows=1 width=4).
static RemoteEstimate read_estimate(const Source *source, const char *line) {
  RemoteEstimate estimate;
  const char *figures = strrchr(line, '(');
  bool is_read = figures != nullptr &&
                 sscanf(figures, "(cost=%lf..%lf rows=%lf", &estimate.startup, &estimate.total, &estimate.rows) == 3;
  auto is_figure = [](double value) { return value >= 0 && value <= 1e100; };
  if (!is_read || !is_figure(estimate.startup) || !is_figure(estimate.total) || !is_figure(estimate.rows) ||
      estimate.startup > estimate.total)
    raise_no_postgresql(source, "Its EXPLAIN gives no estimate.");
  return estimate;
}

RemoteEstimate remote_estimate(const ScanPlan *plan, List *shipped) {
  const char *sql = explain_statement(plan, shipped);
  RemoteEstimate estimate;
  with_kept_source(plan->server, plan->role, [&](const Lease *lease) {
    check_shape(plan, lease);
    Source *source = leased(lease);
    PGresult *result = expect_shape(source, source_query_rows(source, sql), 1, -1);
    estimate = read_estimate(source, PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
  });
  return estimate;
}

}  // namespace confiture

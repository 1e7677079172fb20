// The part of the plan about columns that the source computes, by strategy "sql" of their rules.
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "plan/plan.h"
#include "plan/sql_rule.h"
#include "source/query.h"

namespace confiture {

static constexpr wall::StrategyRow source_sql = {
    .name = "sql",
    .summary = "what an SQL expression gives on the source",
    .example = "",
    .kinds = mask::any_kind,
    .keyed = false,
    .needs_value = false,
};

// Of the source's own type without its modifiers: a cast to these would cut what is too long.
static const char *typed(const PlanColumn *column, const char *expression) {
  const SourceColumn *source = column->source;
  const char *value =
      psprintf("(%s\n)::%s", expression, quote_qualified_identifier(source->base_schema, source->base_name));
  return column->wire.cast != nullptr ? psprintf("%s::%s", value, column->wire.cast) : value;
}

void plan_source_sql(SyncPlan *plan, PlanColumn *column) {
  const Rule *rule = column->mask;
  // SQL of another role would run on the source with the rights of the reader.
  if (rule->distrusted != nullptr)
    return refuse_column(plan, column,
                         psprintf("has a rule with SQL that role %s has set", quote_identifier(rule->distrusted)),
                         "-- look at the expression in confiture.rules; if it is right, set it yourself with "
                         "confiture.set_rule()");
  const RuleText sql = read_sql_rule(rule->options, rule->when);
  column->strategy = &source_sql;
  column->keeps_unique = sql.unique;
  column->spec.name = column->name;
  column->spec.kind = wall::ValueKind::other;
  column->wire = compare_types(column->source, column->type, column->typmod);
  if (column->wire.problem != nullptr) return refuse_column(plan, column, column->wire.problem);
  column->expression = typed(column, sql.text);
  try_as_owner_of(plan->request.relation, [&] { check_unique(plan, column, sql.unique); });
}

// In a WHERE, where aggregates and sets may not stand.
static const char *nulls_query(const SyncPlan *plan, const PlanColumn *column) {
  const char *filter = plan->request.filter;
  return psprintf("SELECT 1 FROM %s%s WHERE %s%s IS NULL LIMIT 1", only_itself(plan->source->kind),
                  plan->source->qualified, filter != nullptr ? psprintf("(%s\n) AND ", filter) : "",
                  column->expression);
}

void check_source_sql(SyncPlan *plan, Source *source) {
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (!is_sql(column->mask) || column->action == ColumnAction::refuse) continue;
    const char *sql = nulls_query(plan, column);
    const char *objection = source_objection(source, sql, plan->source->kind == RELKIND_VIEW);
    if (objection != nullptr)
      refuse_column(plan, column, psprintf("has an expression that the source refuses: %s", objection));
    else if (!plan->request.in_scan && !takes_null(plan, column) &&
             PQntuples(expect_shape(source, source_query_rows(source, sql), 1, -1)) > 0)
      refuse_column(plan, column, "is NOT NULL here, and its expression gives NULLs on the source");
  }
}

}  // namespace confiture

#include "plan/summary.h"

#include "pg/callback.h"
#include "pg/list.h"

namespace confiture {

// One member for each column.
static char *describe_columns(const SyncPlan *plan, Callback<const char *(const PlanColumn *)> describe) {
  StringInfoData json;
  initStringInfo(&json);
  appendStringInfoChar(&json, '{');
  for (const PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (json.len > 1) appendStringInfoString(&json, ", ");
    escape_json(&json, column->name);
    appendStringInfoString(&json, ": ");
    escape_json(&json, describe(column));
  }
  appendStringInfoChar(&json, '}');
  return json.data;
}

static const char *action_name(const PlanColumn *column) {
  if (column->mask != nullptr) return column->mask->strategy;
  if (column->action == ColumnAction::pass) return "pass";
  return column->action == ColumnAction::drop ? "drop" : "default";
}

static const char *column_shape(const PlanColumn *column) {
  StringInfoData text;
  initStringInfo(&text);
  if (column->source != nullptr) appendStringInfo(&text, "%s on the source", column->source->type);
  if (column->number != 0)
    appendStringInfo(&text, "%s%s here", text.len > 0 ? ", " : "",
                     format_type_with_typemod(column->type, column->typmod));
  if (column->mask != nullptr)
    appendStringInfo(&text, ", masked with %s %s", column->mask->strategy, column->mask->options);
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    if (planned->mask != nullptr && planned->is_narrowed)
      appendStringInfo(&text, " of %u characters", planned->spec.max_chars);
  if (column->mask != nullptr)
    for (const Rule *rule : each<Rule>(column->mask->cases))
      appendStringInfo(&text, ", %s %s when %s", rule->strategy, rule->options,
                       rule->when != nullptr ? rule->when : "no other");
  if (column->function_digest != nullptr) appendStringInfo(&text, " as %.12s", column->function_digest);
  if (column->mask != nullptr && column->is_narrowed)
    appendStringInfo(&text, " of %u characters", column->spec.max_chars);
  if (column->mask == nullptr)
    appendStringInfoString(&text, column->action == ColumnAction::pass ? ", copied as it is" : ", left out");
  return text.data;
}

const char *mode_name(LoadMode mode) {
  switch (mode) {
    case LoadMode::replace:
      return "replace";
    case LoadMode::append:
      return "append";
    case LoadMode::upsert:
      return "upsert";
  }
  pg_unreachable();
}

char *columns_as_json(const SyncPlan *plan) { return describe_columns(plan, action_name); }

char *shape_as_json(const SyncPlan *plan) { return describe_columns(plan, column_shape); }

}  // namespace confiture

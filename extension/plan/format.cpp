// The part of the plan about the wire format: binary where every type allows it, unless the call says otherwise.
#include "pg/list.h"
#include "plan/plan.h"

namespace confiture {

// A binary COPY takes the client's encoding for the database's while it lasts, and so would messages of triggers.
static bool messages_would_be_garbled(const SyncPlan *plan) {
  int client = pg_get_client_encoding();
  return plan->request.triggers && client != GetDatabaseEncoding() && client != PG_SQL_ASCII;
}

// Does what the source sends go through the core as it is?
static bool is_passed(const PlanColumn *column) {
  return column->action == ColumnAction::pass || is_sql(column->mask) || is_function(column->mask);
}

static const char *why_not_binary(const PlanColumn *column) {
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    if (const char *why = why_not_binary(planned); why != nullptr) return why;
  if (column->cases != NIL) return nullptr;
  if (is_passed(column) && !column->wire.is_binary_safe)
    return psprintf("type %s has no binary form that is the same in two databases",
                    format_type_with_typemod(column->type, column->typmod));
  // Other strategies write ASCII, or a text that is checked. One that shows a part of a name has no more bytes than the
  // name, unless option "mask" says how to hide the rest, or others say what becomes of a part.
  if (column->action == ColumnAction::mask && getBaseType(column->type) == NAMEOID && column->strategy->shows_part &&
      (strcmp(column->source->base_name, "name") != 0 || strstr(column->mask->options, "\"mask\"") != nullptr ||
       column->named != NIL))
    return psprintf("masked values of more than %d bytes are cut to a name in text only", NAMEDATALEN - 1);
  if (column->action == ColumnAction::mask && column->spec.is_array &&
      getBaseType(column->spec.array_element_oid) == NAMEOID)
    return "names in arrays are cut to their size in text only";
  if (column->action == ColumnAction::mask && column->strategy->needs_value && !has_binary_fields(&column->spec))
    return psprintf("type %s has fields without a binary form that is the same in two databases",
                    format_type_with_typemod(column->type, column->typmod));
  return nullptr;
}

void choose_format(SyncPlan *plan) {
  const char *format = plan->request.format;
  bool is_forced = strcmp(format, "binary") == 0;
  plan->binary = strcmp(format, "text") != 0;
  for (PlanColumn *column : each<PlanColumn>(wire_columns(plan))) {
    const char *why = why_not_binary(column);
    if (why == nullptr) continue;
    if (is_forced) refuse_column(plan, column, why, "-- use format => 'auto'");
    if (plan->why_text == nullptr)
      plan->why_text = psprintf("text format, because of column %s: %s", quote_identifier(column->name), why);
    plan->binary = false;
  }
  if (plan->binary && !is_forced && messages_would_be_garbled(plan)) {
    plan->why_text = "text format, because triggers fire whose messages this client reads in another encoding";
    plan->binary = false;
  }
  if (plan->why_text != nullptr && strcmp(format, "auto") == 0) plan->warnings = append(plan->warnings, plan->why_text);
  for (PlanColumn *column : each<PlanColumn>(wire_columns(plan))) {
    if (plan->binary && is_passed(column)) column->spec.array_element_oid = column->wire.array_element;
    if (column->action == ColumnAction::mask) plan_literal(plan, column);
    if (column->cases != NIL) seal_cases(column);
    plan->needs_masker |= needs_masker(&column->spec);
  }
}

}  // namespace confiture

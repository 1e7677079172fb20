// The part of the plan about columns whose rules have conditions, which the source evaluates: it sends with each row,
// in a side column, the number of the rule that takes it. Each rule is planned as if it were the column's only one.
#include "pg/callback.h"
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "plan/filters.h"
#include "plan/plan.h"
#include "source/query.h"

namespace confiture {

bool makes_null(const PlanColumn *column) {
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    if (makes_null(planned)) return true;
  return column->action == ColumnAction::mask && column->strategy != nullptr && column->strategy->gives_null;
}

bool may_make_null(const PlanColumn *column) {
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    if (may_make_null(planned)) return true;
  return makes_null(column) || (column->action == ColumnAction::mask && column->may_give_null);
}

static const Rule *rule_at(const PlanColumn *column, int number) {
  return static_cast<const Rule *>(list_nth(column->mask->cases, number));
}

// ---- what the source is asked for

const char *side_name(AttrNumber column) { return psprintf("\"confiture side %d\"", column); }
const char *clue_name(wall::Clue clue, AttrNumber column) {
  return psprintf("\"confiture %s %d\"", wall::clue_names[static_cast<size_t>(clue)], column);
}

// CASE and its branches: `result` is what a rule gives, by its number.
static const char *choice_of(const PlanColumn *column, Callback<const char *(int)> condition,
                             Callback<const char *(int)> result) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "CASE");
  for (int i = 0; i < list_length(column->mask->cases); i++) {
    const char *when = condition(i);
    if (when != nullptr)
      appendStringInfo(&sql, " WHEN %s THEN %s", when, result(i));
    else
      appendStringInfo(&sql, " ELSE %s", result(i));
  }
  appendStringInfoString(&sql, " END");
  return sql.data;
}

// NULL where no rule takes the row.
static const char *side_of(const PlanColumn *column) {
  return choice_of(
      column,
      [&](int i) -> const char * {
        const char *when = rule_at(column, i)->when;
        return when != nullptr ? psprintf("(%s\n)", when) : nullptr;
      },
      [](int i) -> const char * { return psprintf("%d", i); });
}

// What stands for a value, or an array of values, that no strategy looks at; NULL for NULL.
static const char *typed_marker(const PlanColumn *planned, const wall::ColumnSpec *type) {
  const char *marker = wall::traits_of(type->kind).marker;
  if (type->is_array) marker = psprintf("ARRAY[%s]", marker);
  if (planned->source->not_null || !planned->source->is_readable) return marker;
  return psprintf("CASE WHEN %s IS NOT NULL THEN %s END", source_name(planned->source->name), marker);
}

// Texts and labels go as text, whose bytes are theirs: all branches of a CASE have one type.
static const char *as_text(const PlanColumn *planned, const wall::ColumnSpec *type) {
  const char *name = source_name(planned->source->name);
  if (type->is_array) return psprintf("%s::pg_catalog.text[]", name);
  // The cast of char(n) would cut its blanks.
  if (strcmp(planned->source->base_name, "bpchar") == 0)
    return psprintf("CASE WHEN %s IS NOT NULL THEN pg_catalog.concat(%s) END", name, name);
  return psprintf("%s::pg_catalog.text", name);
}

// What one rule of several asks for.
static const char *branch_of(const PlanColumn *planned, bool is_sent_elsewhere) {
  const wall::ColumnSpec type = spec_of_type(planned->type, planned->typmod);
  if (makes_null(planned)) return "NULL";
  if (planned->action == ColumnAction::pass) {
    bool is_text = type.kind == wall::ValueKind::text || type.kind == wall::ValueKind::enumeration;
    return is_text ? as_text(planned, &type) : planned->expression;
  }
  if (planned->strategy->uses_literal) {
    // Of other types there is no marker but a text.
    bool has_marker = (wall::kind_bit(type.kind) & mask::unmarked_kinds) == 0 || !is_sent_elsewhere;
    return has_marker ? typed_marker(planned, &type) : source_name(planned->source->name);
  }
  bool is_label = type.kind == wall::ValueKind::enumeration && planned->strategy->needs_value;
  return is_label ? as_text(planned, &type) : planned->expression;
}

static bool ask_alike(const PlanColumn *column) {
  const char *first = static_cast<PlanColumn *>(linitial(column->cases))->expression;
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    if (strcmp(planned->expression, first) != 0) return false;
  return true;
}

// Only the rules that need it get the raw value: in the rows of the others it does not leave the source.
static const char *expression_of(const PlanColumn *column) {
  if (ask_alike(column)) return static_cast<PlanColumn *>(linitial(column->cases))->expression;
  bool is_sent = false;
  for (const PlanColumn *planned : each<PlanColumn>(column->cases))
    is_sent |= planned->action == ColumnAction::pass || planned->raw_leaves_source;
  return choice_of(
      column,
      [&](int i) -> const char * { return psprintf("%s OPERATOR(pg_catalog.=) %d", side_name(column->number), i); },
      [&](int i) -> const char * { return branch_of(static_cast<PlanColumn *>(list_nth(column->cases, i)), is_sent); });
}

// ---- the plan

static PlanColumn *plan_case(SyncPlan *plan, const PlanColumn *column, const Rule *rule) {
  PlanColumn *planned = make<PlanColumn>(*column);
  planned->cases = NIL;
  planned->warnings = NIL;
  planned->parts = NIL;
  planned->mask = nullptr;
  for (const char *&clue : planned->clues) clue = nullptr;
  if (is_keep(rule)) {
    planned->action = ColumnAction::pass;
    plan_pass(plan, planned, rule);
  } else if (is_drop(rule)) {
    refuse_column(plan, planned,
                  psprintf("is left out under a condition, but \"%s\" leaves a column out of all rows", rule->strategy),
                  rule_statement(plan->relation_name, "set_rule", column->name, "null", "{}", rule->when));
  } else if (is_sql(rule)) {
    refuse_column(plan, planned, "has a rule with strategy sql beside rules with conditions",
                  "-- write all of them as one CASE into the expression");
  } else if (is_function(rule)) {
    refuse_column(plan, planned, "has a rule with strategy function beside rules with conditions",
                  "-- give all rows the function");
  } else {
    planned->action = ColumnAction::mask;
    planned->mask = rule;
    plan_mask(plan, planned);
  }
  return planned;
}

// SQL of another role would run on the source with the rights of the reader.
static bool is_trusted(SyncPlan *plan, PlanColumn *column) {
  for (const Rule *rule : each<Rule>(column->mask->cases)) {
    if (rule->distrusted == nullptr) continue;
    refuse_column(plan, column,
                  psprintf("has a rule with a condition that role %s has set", quote_identifier(rule->distrusted)),
                  "-- look at the condition in confiture.rules; if it is right, set it yourself with "
                  "confiture.set_rule()");
    return false;
  }
  return true;
}

// A row has one entity and one gender, whichever rule takes it.
static void share_clues(SyncPlan *plan, PlanColumn *column, const PlanColumn *planned) {
  for (size_t i = 0; i < wall::clue_count; i++) {
    if (planned->clues[i] == nullptr) continue;
    if (column->clues[i] != nullptr && strcmp(column->clues[i], planned->clues[i]) != 0)
      refuse_column(plan, column,
                    psprintf("has rules whose options \"%s\" name different columns", wall::clue_names[i]));
    column->clues[i] = planned->clues[i];
  }
}

// Several rules may say the same of a column.
static void warn_once(PlanColumn *column, const char *warning) {
  for (const char *known : each_text(column->warnings))
    if (strcmp(known, warning) == 0) return;
  column->warnings = append(column->warnings, warning);
}

void plan_cases(SyncPlan *plan, PlanColumn *column) {
  if (!is_trusted(plan, column)) return;
  for (const Rule *rule : each<Rule>(column->mask->cases)) {
    if (rule->when != nullptr) check_condition(rule->when, "the condition of a rule");
    PlanColumn *planned = plan_case(plan, column, rule);
    column->cases = append(column->cases, planned);
    for (const char *warning : each_text(planned->warnings)) warn_once(column, warning);
    column->raw_leaves_source |= planned->raw_leaves_source;
    share_clues(plan, column, planned);
    column->parts = list_concat(column->parts, planned->parts);
    if (planned->action == ColumnAction::refuse) column->action = ColumnAction::refuse;
  }
  if (column->action == ColumnAction::refuse) return;
  column->spec = spec_of_type(column->type, column->typmod);
  column->spec.name = column->name;
  column->side = side_of(column);
  column->expression = expression_of(column);
  try_as_owner_of(plan->request.relation, [&] { check_unique_cases(plan, column); });
}

void seal_cases(PlanColumn *column) {
  const wall::ColumnSpec type = spec_of_type(column->type, column->typmod);
  wall::ColumnSpec *specs = make_array<wall::ColumnSpec>(list_length(column->cases));
  size_t n = 0;
  for (PlanColumn *planned : each<PlanColumn>(column->cases)) {
    // An array that is kept may come as one of texts, for the sake of the others.
    if (planned->action == ColumnAction::pass) planned->spec.array_element_oid = type.array_element_oid;
    specs[n++] = planned->spec;
  }
  column->spec.cases = specs;
  column->spec.n_cases = n;
}

// ---- what the source says

static const char *query_of(const SyncPlan *plan, const char *columns, const char *condition) {
  const char *filter = plan->request.filter;
  return psprintf("SELECT %s FROM %s%s WHERE %s%s", columns, only_itself(plan->source->kind), plan->source->qualified,
                  filter != nullptr ? psprintf("(%s\n) AND ", filter) : "", condition);
}

// That all conditions together are one keeps out what may not stand in a WHERE: aggregates, sets.
static const char *conditions_of(const PlanColumn *column, const char *test) {
  StringInfoData sql;
  initStringInfo(&sql);
  appendStringInfoString(&sql, "true");
  for (const Rule *rule : each<Rule>(column->mask->cases))
    if (rule->when != nullptr) appendStringInfo(&sql, " AND (%s\n)%s", rule->when, test);
  return sql.data;
}

const char *conditions_of(const SyncPlan *plan) {
  const char *all = nullptr;
  for (const PlanColumn *column : each<PlanColumn>(plan->columns)) {
    if (column->side == nullptr) continue;
    const char *conditions = conditions_of(column, "");
    all = all != nullptr ? psprintf("%s AND %s", all, conditions) : conditions;
  }
  return all;
}

static bool has_last_rule(const PlanColumn *column) {
  return static_cast<const Rule *>(llast(column->mask->cases))->when == nullptr;
}

static bool leaves_rows(const SyncPlan *plan, Source *source, const PlanColumn *column) {
  const char *sql = query_of(plan, "1", psprintf("%s LIMIT 1", conditions_of(column, " IS NOT TRUE")));
  return PQntuples(expect_shape(source, source_query_rows(source, sql), 1, -1)) > 0;
}

static void check_column(SyncPlan *plan, Source *source, PlanColumn *column) {
  bool is_view = plan->source->kind == RELKIND_VIEW;
  const char *objection = source_objection(source, query_of(plan, "1", conditions_of(column, "")), is_view);
  if (objection != nullptr)
    return refuse_column(plan, column, psprintf("has rules whose conditions the source refuses: %s", objection));
  const char *value = column->source->is_readable ? psprintf("%s, ", source_name(column->source->name)) : "";
  const char *sides = psprintf("%s%s AS %s", value, column->side, side_name(column->number));
  const char *row = psprintf("SELECT %s FROM (%s) q", column->expression, query_of(plan, sides, "true"));
  objection = source_objection(source, row, is_view);
  if (objection != nullptr)
    return refuse_column(plan, column, psprintf("has rules that the source cannot evaluate together: %s", objection));
  if (has_last_rule(column)) return;
  const char *last = propose_rule(plan, column, "null");
  if (plan->request.in_scan)
    refuse_column(plan, column, "has rules with conditions alone, and rows may come that none of them takes", last);
  else if (leaves_rows(plan, source, column))
    refuse_column(plan, column, "has rules with conditions alone, and rows on the source that none of them takes",
                  last);
}

void check_conditions(SyncPlan *plan, Source *source) {
  for (PlanColumn *column : each<PlanColumn>(plan->columns))
    if (column->side != nullptr && column->action != ColumnAction::refuse) check_column(plan, source, column);
}

}  // namespace confiture

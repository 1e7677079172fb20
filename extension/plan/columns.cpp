// The part of the plan about columns: those of the target and of the source are matched by name, and each is passed,
// masked, left out or refused.
#include "pg/list.h"
#include "pg/memory.h"
#include "pg/nearest_name.h"
#include "pg/owner.h"
#include "plan/plan.h"

namespace confiture {

static char *statement_for(const SyncPlan *plan, const char *function, const char *column,
                           const char *strategy = nullptr) {
  return rule_statement(plan->relation_name, function, column, strategy);
}

static const SourceColumn *find_source_column(const SourceTable *table, const char *name) {
  for (int i = 0; i < table->n_columns; i++)
    if (strcmp(table->columns[i].target_name, name) == 0) return &table->columns[i];
  return nullptr;
}

PlanColumn *find_column(const SyncPlan *plan, const char *name) {
  for (PlanColumn *column : each<PlanColumn>(plan->columns))
    if (strcmp(column->name, name) == 0) return column;
  return nullptr;
}

// The guard: may this column be copied as it is?
static void guard_column(SyncPlan *plan, PlanColumn *column, const Rule *rule) {
  if (is_keep(rule) || plan->request.policy == GuardPolicy::off) return;
  wall::GuardHit hit = {};
  const char *keep = statement_for(plan, "keep", column->name);
  if (looks_personal(&plan->guard, column->source, &hit))
    refuse_column(plan, column, psprintf("looks like personal data (%s) and has no rule", hit.reason),
                  either(propose_rule(plan, column, hit.suggested_strategy, hit.suggested_options), keep));
  else if (plan->request.policy == GuardPolicy::strict)
    refuse_column(plan, column, "has no rule, and the policy is strict", keep);
}

void plan_pass(SyncPlan *plan, PlanColumn *column, const Rule *rule) {
  guard_column(plan, column, rule);
  column->wire = compare_types(column->source, column->type, column->typmod);
  if (column->wire.problem != nullptr)
    refuse_column(plan, column, column->wire.problem, statement_for(plan, "set_rule", column->name, "drop"));
  column->raw_leaves_source = true;
  const char *name = source_name(column->source->name);
  column->expression = column->wire.cast != nullptr ? psprintf("%s::%s", name, column->wire.cast) : name;
  column->spec.name = column->name;
  column->spec.kind = wall::ValueKind::other;
  if (!column->source->is_readable)
    refuse_column(plan, column, "the source role may not SELECT it",
                  statement_for(plan, "set_rule", column->name, "drop"));
}

// COPY leaves NULL in a column it does not fill without asking the column's domain.
bool takes_null(Form_pg_attribute attribute) {
  Oid type = attribute->atttypid;
  if (attribute->attnotnull) return false;
  return get_typtype(type) != TYPTYPE_DOMAIN || rehearse_as_owner_of(attribute->attrelid, [&] {
                                                  domain_check(Datum(0), true, type, nullptr, nullptr);
                                                }) == nullptr;
}

bool takes_null(const SyncPlan *plan, const PlanColumn *column) {
  HeapTuple tuple = SearchSysCacheCopyAttNum(plan->request.relation, column->number);
  return HeapTupleIsValid(tuple) && takes_null(reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple)));
}

// A column of the target that gets no value from the source.
static void plan_default(SyncPlan *plan, PlanColumn *column, Form_pg_attribute attribute, ColumnAction action) {
  column->action = action;
  if (plan->request.in_scan) {
    if (action == ColumnAction::use_default && !column->is_generated)
      refuse_column(
          plan, column, psprintf("is no column of %s", plan->source->qualified),
          psprintf("ALTER FOREIGN TABLE %s DROP COLUMN %s;", plan->relation_name, quote_identifier(column->name)));
    return;
  }
  if (attribute->attgenerated != '\0' || attribute->attidentity != '\0') return;
  if (!attribute->atthasdef && get_typdefault(attribute->atttypid) == nullptr && !takes_null(attribute))
    refuse_column(plan, column, "would get no value, is NOT NULL and has no default");
  else if (action == ColumnAction::use_default)
    column->warnings = append(column->warnings, "the source has no such column; it gets its default");
}

// By rule "default". A column without one would be NULL, and so it is in a foreign table, which asks for no defaults.
static void plan_ruled_default(SyncPlan *plan, PlanColumn *column, Form_pg_attribute attribute) {
  const char *null = rule_statement(plan->relation_name, "set_rule", column->name, "null");
  bool has_default =
      attribute->atthasdef || attribute->attidentity != '\0' || get_typdefault(attribute->atttypid) != nullptr;
  if (plan->request.in_scan)
    refuse_column(plan, column, "has the rule default, but no value of a foreign table that is read is a default",
                  null);
  else if (!has_default)
    refuse_column(plan, column, "has the rule default, but no default here", null);
  else
    column->action = ColumnAction::use_default;
}

static void refuse_rivals(SyncPlan *plan, PlanColumn *column, const Rule *rule) {
  const char *text = psprintf("is taken by the patterns %s (%s) and %s, and neither is more specific", rule->pattern,
                              rule->strategy, rule->rival);
  refuse_column(plan, column, text,
                rule_statement(plan->relation_name, "set_rule", column->name, rule->strategy, rule->options));
}

void plan_column_of_target(SyncPlan *plan, List *rules, Form_pg_attribute attribute) {
  PlanColumn *column = make<PlanColumn>();
  column->name = pstrdup(NameStr(attribute->attname));
  column->number = attribute->attnum;
  column->type = attribute->atttypid;
  column->typmod = attribute->atttypmod;
  column->source = find_source_column(plan->source, column->name);
  column->is_generated = attribute->attgenerated != '\0';
  plan->columns = append(plan->columns, column);
  const Rule *rule = find_rule(rules, column->name);

  if (column->is_generated) return plan_default(plan, column, attribute, ColumnAction::use_default);
  if (rule != nullptr && rule->rival != nullptr) return refuse_rivals(plan, column, rule);
  if (is_drop(rule)) {
    if (rule->pattern != nullptr)
      column->warnings = append(column->warnings, psprintf("left out by the pattern %s", rule->pattern));
    if (is_default(rule)) return plan_ruled_default(plan, column, attribute);
    return plan_default(plan, column, attribute, ColumnAction::drop);
  }
  if (column->source == nullptr) return plan_default(plan, column, attribute, ColumnAction::use_default);
  if (rule != nullptr && !is_keep(rule)) {
    column->action = ColumnAction::mask;
    column->mask = rule;
    if (rule->taken_from != nullptr)
      column->warnings =
          append(column->warnings, psprintf("masked by the rule of %s, which it references", rule->taken_from));
    if (rule->pattern != nullptr)
      column->warnings = append(column->warnings, psprintf("masked by the pattern %s", rule->pattern));
    if (rule->read_by != nullptr)
      column->warnings =
          append(column->warnings, psprintf("an expression of it is part of the declared reference %s: whether that "
                                            "still holds shows when it is verified after the load",
                                            rule->read_by));
    if (rule->cases != NIL)
      plan_cases(plan, column);
    else if (is_sql(rule))
      plan_source_sql(plan, column);
    else if (is_function(rule))
      plan_function(plan, column);
    else if (rule->personal != nullptr)
      plan_automatic_mask(plan, column);
    else
      plan_mask(plan, column);
  } else {
    column->action = ColumnAction::pass;
    if (rule != nullptr && rule->pattern != nullptr)
      column->warnings = append(column->warnings, psprintf("kept by the pattern %s", rule->pattern));
    plan_pass(plan, column, rule);
  }
}

// Columns that only the source has are left out by a rule alone, never silently.
void plan_columns_of_source(SyncPlan *plan, List *rules) {
  for (int i = 0; i < plan->source->n_columns; i++) {
    const SourceColumn *source = &plan->source->columns[i];
    if (find_column(plan, source->name) != nullptr) continue;
    PlanColumn *column = make<PlanColumn>();
    column->name = source->name;
    column->source = source;
    column->action = ColumnAction::drop;
    plan->columns = append(plan->columns, column);
    const Rule *rule = find_rule(rules, source->name);
    if (is_drop(rule) && !is_default(rule)) continue;
    const char *addition =
        psprintf("ALTER TABLE %s ADD COLUMN %s %s;", plan->relation_name, quote_identifier(source->name), source->type);
    refuse_column(plan, column, psprintf("(%s) is on the source, but not here", source->type),
                  either(statement_for(plan, "set_rule", source->name, "drop"), addition));
  }
}

static const char *nearest_column(const SyncPlan *plan, const char *name) {
  List *names = NIL;
  for (const PlanColumn *column : each<PlanColumn>(plan->columns)) names = append(names, column->name);
  return nearest_name(name, names);
}

static void refuse_rule_without_column(SyncPlan *plan, const Rule *rule) {
  if (rule->renamed_to != nullptr) {
    const char *text = psprintf("has a rule, but was renamed to %s since", quote_identifier(rule->renamed_to));
    const char *fix = psprintf("%s %s", rule_statements(rule->relation, rule->renamed_to, rule),
                               rule_statement(rule->relation, "drop_rule", rule->column));
    return add_problem(plan, rule->column, text, fix);
  }
  const char *nearest = nearest_column(plan, rule->column);
  const char *guess = nearest != nullptr ? psprintf(" (perhaps %s is meant)", quote_identifier(nearest)) : "";
  add_problem(plan, rule->column, psprintf("has a rule, but there is no such column%s", guess));
}

// A rule that meets no column would leave real data unmasked: always an error.
void check_rules(SyncPlan *plan, List *rules) {
  for (const Rule *rule : each<Rule>(rules)) {
    PlanColumn *column = find_column(plan, rule->column);
    if (rule->taken_from != nullptr || rule->pattern != nullptr) {
      continue;  // it found its column in the target
    } else if (column == nullptr) {
      refuse_rule_without_column(plan, rule);
    } else if (is_drop(rule)) {
      continue;
    } else if (!is_keep(rule) && column->is_generated) {
      const char *relation = rule->relation != nullptr ? rule->relation : plan->relation_name;
      refuse_column(plan, column, "has a rule, but is generated here: mask the columns it is made of",
                    rule_statement(relation, "drop_rule", column->name));
    } else if (column->source == nullptr && column->action != ColumnAction::refuse) {
      refuse_column(plan, column, psprintf("has a rule, but %s has no such column", plan->source->qualified));
    }
  }
}

}  // namespace confiture

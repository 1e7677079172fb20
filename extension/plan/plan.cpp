#include "plan/plan.h"

#include "pg/list.h"
#include "pg/masking_key.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "plan/column_checks.h"
#include "plan/filters.h"

namespace confiture {

static void refuse_nulls(SyncPlan *plan, PlanColumn *column) {
  for (const PlanColumn *planned : each<PlanColumn>(column->cases != NIL ? column->cases : list_make1(column)))
    if (may_make_null(planned))
      refuse_column(plan, column, psprintf("is NOT NULL, so it cannot be masked with %s", planned->strategy->name),
                    propose_rule(plan, planned, "redact"));
}

// Nullable there, NOT NULL here: one scan of the source shows whether a row really is NULL.
static void check_not_null(SyncPlan *plan, Source *source, TupleDesc target) {
  List *suspects = NIL;
  for (PlanColumn *column : each<PlanColumn>(wire_columns(plan))) {
    if (is_sql(column->mask) || (column->source->not_null && !may_make_null(column))) continue;
    if (takes_null(TupleDescAttr(target, column->number - 1))) continue;
    if (may_make_null(column))
      refuse_nulls(plan, column);
    else if (column->source->is_readable)
      suspects = append(suspects, column->name);
  }
  if (suspects == NIL) return;
  const bool *has_nulls = find_nulls(source, plan->source, plan->request.filter, suspects);
  for (const char *name : each_text(suspects))
    if (*has_nulls++) refuse_column(plan, find_column(plan, name), "is NOT NULL here and has NULLs on the source");
}

// Looks for what would stop the source later, when a row may have moved, or with a message that is withheld then.
static bool can_be_read(SyncPlan *plan, Source *source) {
  const char *filter = plan->request.filter;
  if (plan->source->has_row_security) {
    add_problem(plan, nullptr, "row-level security applies to the source role, which would see a part of the rows",
                "-- on the source: ALTER ROLE ... BYPASSRLS, or read as the owner of the table");
    return false;
  }
  if (filter == nullptr) return true;
  check_condition(filter, "filter");
  const char *sql = psprintf("SELECT 1 FROM %s WHERE (%s\n)", plan->source->qualified, filter);
  const char *objection = source_objection(source, sql, plan->source->kind == RELKIND_VIEW);
  if (objection != nullptr) add_problem(plan, nullptr, psprintf("the source refuses its filter: %s", objection));
  return objection == nullptr;
}

// Rows without a value of their own are copied too: those of a table that has no columns, or computes them all.
static bool has_values(const SyncPlan *plan) {
  for (const PlanColumn *column : each<PlanColumn>(plan->columns))
    if (!column->is_generated) return true;
  return false;
}

void add_settled_problems(SyncPlan *plan, const TableRules *settled) {
  for (const PlanProblem *problem : each<PlanProblem>(settled->problems)) {
    PlanColumn *column = find_column(plan, problem->column);
    if (column != nullptr) refuse_column(plan, column, problem->text, problem->fix);
  }
  for (const PlanProblem *problem : each<PlanProblem>(settled->computed)) {
    PlanColumn *column = find_column(plan, problem->column);
    if (column == nullptr || column->action != ColumnAction::pass) continue;
    const char *fix = problem->fix;
    if (fix == nullptr)
      fix = either(propose_rule(plan, column, "redact"), rule_statement(plan->relation_name, "keep", column->name));
    refuse_column(plan, column, problem->text, fix);
  }
}

SyncPlan *plan_table(Source *source, const SyncRequest *request, SourceTable *table, const TableRules *settled) {
  SyncPlan *plan = make<SyncPlan>();
  plan->request = *request;
  plan->relation_name = qualified_name(request->relation);
  plan->source = table;
  plan->guard = guard_of(plan->source);
  if (table->children > 0 && table->kind == RELKIND_RELATION)
    plan->warnings = append(plan->warnings, psprintf("tables that inherit from the source table (%d) are not copied "
                                                     "with it",
                                                     table->children));
  if (table->is_distributed)
    plan->warnings = append(plan->warnings,
                            "Citus distributes it on the source, whose nodes share no snapshot: rows "
                            "written meanwhile may be there in part");

  List *rules = settled->rules;
  Relation target = table_open(request->relation, AccessShareLock);
  if (!check_partition_owners(plan)) {
    plan->tree = list_make1_oid(request->relation);
    table_close(target, AccessShareLock);
    return plan;
  }
  plan->tree = partition_tree(request->relation, AccessShareLock);
  plan->checks = make<TableChecks>();
  TupleDesc descriptor = RelationGetDescr(target);
  for (int i = 0; i < descriptor->natts; i++)
    if (!TupleDescAttr(descriptor, i)->attisdropped) plan_column_of_target(plan, rules, TupleDescAttr(descriptor, i));
  plan_columns_of_source(plan, rules);
  check_rules(plan, rules);
  add_settled_problems(plan, settled);
  if (!request->in_run) check_lookups(list_make1(plan));
  check_templates(plan);
  plan_named_columns(plan);
  warn_of_other_people(plan);
  if (can_be_read(plan, source)) {
    check_conditions(plan, source);
    check_source_sql(plan, source);
    check_not_null(plan, source, descriptor);
    check_loose_checks(plan, source, target);
  }
  // Reading a partition key folds the constants of its expressions.
  const FormData_pg_class *form = target->rd_rel;
  if (form->relkind == RELKIND_PARTITIONED_TABLE || form->relispartition)
    try_as_owner_of(request->relation, [&] { check_partition_keys(plan, target); });
  choose_format(plan);
  if (has_values(plan) && wire_columns(plan) == NIL && plan->problems == NIL)
    add_problem(plan, nullptr, "no column is left to copy");
  plan_target(plan, target);
  if (!request->in_run && request->mode == LoadMode::upsert) check_kept_keys(list_make1(plan));
  table_close(target, AccessShareLock);
  return plan;
}

SyncPlan *make_plan(Source *source, const SyncRequest *request) {
  refuse_published_key();
  SourceTable *table = open_source_table(source, request->source_relation);
  List *relation = list_make1_oid(request->relation);
  List *stored_rules = static_cast<List *>(linitial(load_stored_rules(relation, GetUserId())));
  SyncRequest filtered = *request;
  if (filtered.filter == nullptr) filtered.filter = static_cast<char *>(linitial(load_stored_filters(relation)));
  TableRules *rules = make<TableRules>({
      .relation = request->relation,
      .source = table,
      .policy = request->policy,
      .rules = override_rules(stored_rules, request->rules),
      .problems = NIL,
      .computed = NIL,
  });
  settle_rules(source, list_make1(rules));
  return plan_table(source, &filtered, table, rules);
}

List *wire_columns(const SyncPlan *plan) {
  List *columns = NIL;
  for (PlanColumn *column : each<PlanColumn>(plan->columns))
    if (column->expression != nullptr && column->action != ColumnAction::refuse) columns = append(columns, column);
  return columns;
}

}  // namespace confiture

// The plan of a foreign table that is read: what happens to each column, as in a sync, and nothing about loading.
#include "pg/list.h"
#include "pg/masking_key.h"
#include "pg/memory.h"
#include "pg/relations.h"
#include "plan/column_checks.h"
#include "plan/plan.h"
#include "source/foreign_table.h"

namespace confiture {

// The server's other foreign tables count too, since rules travel along the source's foreign keys. Of two that show one
// table of the source the one in the same schema counts, and before all the table itself, which is last here.
static List *distinct_sources(List **relations) {
  List *last_ones = NIL, *names = NIL;
  for (int i = list_length(*relations) - 1; i >= 0; i--) {
    Oid relation = list_nth_oid(*relations, i);
    char *name = foreign_table_source(relation);
    bool is_known = false;
    for (const char *other : each_text(names)) is_known |= strcmp(name, other) == 0;
    if (is_known) continue;
    names = lcons(name, names);
    last_ones = lcons_oid(relation, last_ones);
  }
  *relations = last_ones;
  return names;
}

static List *read_tables(Source *source, const SyncRequest *request) {
  List *relations = foreign_tables_of(source->server_oid, get_rel_namespace(request->relation));
  relations = lappend_oid(list_delete_oid(relations, request->relation), request->relation);
  List *names = distinct_sources(&relations);
  List *stored = load_stored_rules(relations, request->reader), *tables = NIL;
  int i = 0;
  for (SourceTable *table : each<SourceTable>(read_source_tables(source, names))) {
    Oid relation = list_nth_oid(relations, i);
    List *rules = static_cast<List *>(list_nth(stored, i++));
    if (table == nullptr || strchr("rpvmf", table->kind) == nullptr) continue;
    rename_columns(table, relation);
    tables = append(tables, make<TableRules>({
                                .relation = relation,
                                .source = table,
                                .policy = request->policy,
                                .rules = rules,
                                .problems = NIL,
                                .computed = NIL,
                            }));
  }
  return tables;
}

static TableRules *settled_table(Source *source, const SyncRequest *request) {
  List *tables = read_tables(source, request);
  TableRules *table = tables != NIL ? static_cast<TableRules *>(llast(tables)) : nullptr;
  if (table == nullptr || table->relation != request->relation)
    ereport(ERROR, (errcode(ERRCODE_FDW_TABLE_NOT_FOUND),
                    errmsg("table %s does not exist on server \"%s\"", request->source_relation, request->server),
                    errhint("Options schema_name and table_name of the foreign table name it.")));
  settle_rules(source, tables);
  return table;
}

static void check_columns(SyncPlan *plan, TupleDesc target) {
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    Form_pg_attribute attribute = TupleDescAttr(target, column->number - 1);
    bool gives_null = column->action == ColumnAction::drop || may_make_null(column);
    if (attribute->attnotnull && gives_null)
      refuse_column(plan, column, "is NOT NULL here, and its rule makes it NULL",
                    psprintf("ALTER FOREIGN TABLE %s ALTER COLUMN %s DROP NOT NULL;", plan->relation_name,
                             quote_identifier(column->name)));
  }
}

SyncPlan *plan_scan(Source *source, const SyncRequest *request) {
  refuse_published_key();
  const TableRules *settled = settled_table(source, request);
  SyncPlan *plan = make<SyncPlan>();
  plan->request = *request;
  plan->relation_name = qualified_name(request->relation);
  plan->source = const_cast<SourceTable *>(settled->source);
  plan->guard = guard_of(plan->source);
  plan->tree = list_make1_oid(request->relation);
  Relation target = table_open(request->relation, AccessShareLock);
  plan->checks = make<TableChecks>();
  TupleDesc columns = RelationGetDescr(target);
  for (int i = 0; i < columns->natts; i++)
    if (!TupleDescAttr(columns, i)->attisdropped)
      plan_column_of_target(plan, settled->rules, TupleDescAttr(columns, i));
  check_rules(plan, settled->rules);
  add_settled_problems(plan, settled);
  plan_named_columns(plan);
  check_columns(plan, columns);
  check_templates(plan);
  check_conditions(plan, source);
  check_source_sql(plan, source);
  if (plan->source->has_row_security)
    add_problem(plan, nullptr, "row-level security applies to the source role, which would see a part of the rows",
                "-- on the source: ALTER ROLE ... BYPASSRLS, or read as the owner of the table");
  choose_format(plan);
  table_close(target, AccessShareLock);
  return plan;
}

}  // namespace confiture

#include "plan/plan.h"

#include "pg/nearest_name.h"
#include "pg/spi.h"
#include "plan/filters.h"

namespace confiture {

void add_problem(SyncPlan *plan, const char *column, const char *text, const char *fix) {
  PlanProblem *problem = static_cast<PlanProblem *>(palloc(sizeof(PlanProblem)));
  *problem = {column, text, fix};
  plan->problems = lappend(plan->problems, problem);
}

static void warn(PlanColumn *column, const char *text) { column->warnings = lappend(column->warnings, pstrdup(text)); }

static void refuse(SyncPlan *plan, PlanColumn *column, const char *text, const char *fix = nullptr) {
  column->action = ColumnAction::refuse;
  add_problem(plan, column->name, text, fix);
}

// A statement of ours about a column, ready to paste.
static char *call_on(const char *relation, const char *function, const char *column, const char *strategy) {
  return psprintf("SELECT confiture.%s(%s, %s%s%s);", function, quote_literal_cstr(relation),
                  quote_literal_cstr(column), strategy != nullptr ? ", " : "",
                  strategy != nullptr ? quote_literal_cstr(strategy) : "");
}

static char *call(const SyncPlan *plan, const char *function, const char *column, const char *strategy) {
  return call_on(plan->relation_name, function, column, strategy);
}

// A statement to paste, with another one in a comment behind it: unless a line break in a name would end the comment.
static const char *either(const char *fix, const char *other) {
  return strpbrk(other, "\r\n") != nullptr ? fix : psprintf("%s -- or %s", fix, other);
}

static const SourceColumn *find_source(const SourceTable *table, const char *name) {
  for (int i = 0; i < table->n_columns; i++)
    if (strcmp(table->columns[i].name, name) == 0) return &table->columns[i];
  return nullptr;
}

static PlanColumn *find_column(const SyncPlan *plan, const char *name) {
  ListCell *cell;
  foreach (cell, plan->columns) {
    PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    if (strcmp(column->name, name) == 0) return column;
  }
  return nullptr;
}

// The column whose name is nearest to a mistyped one, nullptr when none is near.
static const char *nearest_column(const SyncPlan *plan, const char *name) {
  NearestName nearest = nearest_to(name);
  ListCell *cell;
  foreach (cell, plan->columns) consider(&nearest, static_cast<PlanColumn *>(lfirst(cell))->name);
  return nearest.found;
}

// A rule that meets no column would leave real data unmasked: always an error.
static void check_rules(SyncPlan *plan, List *rules) {
  ListCell *cell;
  foreach (cell, rules) {
    Rule *r = static_cast<Rule *>(lfirst(cell));
    PlanColumn *column = find_column(plan, r->column);
    if (column == nullptr) {
      const char *nearest = nearest_column(plan, r->column);
      if (r->renamed_to != nullptr)
        add_problem(plan, r->column,
                    psprintf("has a rule, but was renamed to %s since", quote_identifier(r->renamed_to)),
                    psprintf("SELECT confiture.set_rule(%s, %s, %s, %s); %s", quote_literal_cstr(r->relation),
                             quote_literal_cstr(r->renamed_to), quote_literal_cstr(r->strategy),
                             quote_literal_cstr(r->options), call_on(r->relation, "drop_rule", r->column, nullptr)));
      else
        add_problem(plan, r->column,
                    psprintf("has a rule, but there is no such column%s",
                             nearest != nullptr ? psprintf(" (perhaps %s is meant)", quote_identifier(nearest)) : ""));
    } else if (!is_drop(r) && !is_keep(r) && column->is_generated) {
      refuse(plan, column, "has a rule, but is generated here: mask the columns it is made of",
             call_on(r->relation != nullptr ? r->relation : plan->relation_name, "drop_rule", column->name, nullptr));
    } else if (!is_drop(r) && column->source == nullptr && column->action != ColumnAction::refuse) {
      refuse(plan, column, psprintf("has a rule, but %s has no such column", plan->source->qualified));
    }
  }
}

static wall::GuardColumn guarded(const SourceColumn *column) {
  bool is_enum = column->labels != nullptr && column->base_kind != TYPTYPE_COMPOSITE;
  return {column->name, column->type_plain, column->type, column->shape, is_enum};
}

// What the columns of the source tell about each other.
static void note_columns(SyncPlan *plan) {
  plan->guard.relation_name = plan->source->name;
  for (int i = 0; i < plan->source->n_columns; i++) {
    wall::GuardColumn column = guarded(&plan->source->columns[i]);
    wall::guard_note(&plan->guard, &column);
  }
}

// The guard: may this column be copied as it is?
static void guard_column(SyncPlan *plan, PlanColumn *column, const Rule *r) {
  if (is_keep(r) || plan->request.policy == GuardPolicy::off) return;
  wall::GuardHit hit = {};
  wall::GuardColumn judged = guarded(column->source);
  bool looks_personal = wall::guard_match(&plan->guard, &judged, &hit);
  if (!looks_personal && plan->request.policy != GuardPolicy::strict) return;
  const char *fix = either(call(plan, "set_rule", column->name, looks_personal ? hit.suggested_strategy : "redact"),
                           call(plan, "keep", column->name, nullptr));
  refuse(plan, column,
         looks_personal ? psprintf("looks like personal data (%s) and has no rule", hit.reason)
                        : "has no rule, and the policy is strict",
         looks_personal ? fix : call(plan, "keep", column->name, nullptr));
}

static void plan_pass(SyncPlan *plan, PlanColumn *column, const Rule *r) {
  guard_column(plan, column, r);
  column->wire = compare_types(column->source, column->type, column->typmod);
  if (column->wire.problem != nullptr)
    refuse(plan, column, column->wire.problem, call(plan, "set_rule", column->name, "drop"));
  column->raw_leaves_source = true;
  const char *name = source_name(column->name);
  column->expression = column->wire.cast != nullptr ? psprintf("%s::%s", name, column->wire.cast) : name;
  column->spec.name = column->name;
  column->spec.kind = wall::ValueKind::other;
}

static void check_null_of(void *type) { domain_check(Datum(0), true, *static_cast<Oid *>(type), nullptr, nullptr); }

// COPY leaves NULL in a column it does not fill without asking the column's domain.
static bool takes_null(Form_pg_attribute attribute) {
  Oid type = attribute->atttypid;
  return !attribute->attnotnull &&
         (get_typtype(type) != TYPTYPE_DOMAIN || error_of([&] { check_null_of(&type); }) == nullptr);
}

// A column of the target that gets no value from the source.
static void plan_default(SyncPlan *plan, PlanColumn *column, Form_pg_attribute attribute, ColumnAction action) {
  column->action = action;
  if (attribute->attgenerated != '\0' || attribute->attidentity != '\0') return;
  if (!attribute->atthasdef && get_typdefault(attribute->atttypid) == nullptr && !takes_null(attribute))
    refuse(plan, column, "would get no value, is NOT NULL and has no default");
  else if (action == ColumnAction::use_default)
    warn(column, "the source has no such column; it gets its default");
}

static void plan_column_of_target(SyncPlan *plan, List *rules, Form_pg_attribute attribute) {
  PlanColumn *column = static_cast<PlanColumn *>(palloc0(sizeof(PlanColumn)));
  column->name = pstrdup(NameStr(attribute->attname));
  column->number = attribute->attnum;
  column->type = attribute->atttypid;
  column->typmod = attribute->atttypmod;
  column->source = find_source(plan->source, column->name);
  plan->columns = lappend(plan->columns, column);
  const Rule *r = find_rule(rules, column->name);

  column->is_generated = attribute->attgenerated != '\0';
  if (column->is_generated) return plan_default(plan, column, attribute, ColumnAction::use_default);
  if (is_drop(r)) return plan_default(plan, column, attribute, ColumnAction::drop);
  if (column->source == nullptr) return plan_default(plan, column, attribute, ColumnAction::use_default);
  if (r != nullptr && !is_keep(r)) {
    column->action = ColumnAction::mask;
    column->mask = r;
    plan_mask(plan, column);
  } else {
    column->action = ColumnAction::pass;
    plan_pass(plan, column, r);
  }
  if (column->expression != nullptr && column->spec.strategy == nullptr && !column->source->is_readable)
    refuse(plan, column, "the source role may not SELECT it", call(plan, "set_rule", column->name, "drop"));
}

// Columns the source alone has: left out only when somebody said so.
static void plan_columns_of_source(SyncPlan *plan, List *rules) {
  for (int i = 0; i < plan->source->n_columns; i++) {
    const SourceColumn *source = &plan->source->columns[i];
    if (find_column(plan, source->name) != nullptr) continue;
    PlanColumn *column = static_cast<PlanColumn *>(palloc0(sizeof(PlanColumn)));
    column->name = source->name;
    column->source = source;
    column->action = ColumnAction::drop;
    plan->columns = lappend(plan->columns, column);
    if (!is_drop(find_rule(rules, source->name)))
      refuse(plan, column, psprintf("(%s) is on the source, but not here", source->type),
             either(call(plan, "set_rule", source->name, "drop"),
                    psprintf("ALTER TABLE %s ADD COLUMN %s %s;", plan->relation_name, quote_identifier(source->name),
                             source->type)));
  }
}

// Nullable there, NOT NULL here: one scan of the source tells whether a row really is NULL.
static void check_not_null(SyncPlan *plan, Source *from, TupleDesc target) {
  List *suspects = NIL;
  ListCell *cell;
  foreach (cell, wire_columns(plan)) {
    PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    bool makes_null = column->strategy != nullptr && column->strategy->gives_null;
    if (column->source->not_null && !makes_null) continue;
    if (takes_null(TupleDescAttr(target, column->number - 1))) continue;
    if (makes_null)
      refuse(plan, column, psprintf("is NOT NULL, so it cannot be masked with %s", column->strategy->name));
    else if (column->source->is_readable)
      suspects = lappend(suspects, const_cast<char *>(column->name));
  }
  if (suspects == NIL) return;
  bool *has_nulls = find_nulls(from, plan->source, plan->request.filter, suspects);
  foreach (cell, suspects)
    if (has_nulls[foreach_current_index(cell)])
      refuse(plan, find_column(plan, static_cast<char *>(lfirst(cell))),
             "is NOT NULL here and has NULLs on the source");
}

// What would stop the source later, when a row may have moved, or in words that are withheld then.
static bool can_be_read(SyncPlan *plan, Source *from) {
  if (plan->source->has_row_security) {
    add_problem(plan, nullptr, "row-level security applies to the source role, which would see a part of the rows",
                "-- on the source: ALTER ROLE ... BYPASSRLS, or read as the owner of the table");
    return false;
  }
  if (plan->request.filter == nullptr) return true;
  check_filter(plan->request.filter);
  const char *objection =
      source_objection(from, psprintf("SELECT FROM %s WHERE (%s\n)", plan->source->qualified, plan->request.filter),
                       plan->source->kind == RELKIND_VIEW);
  if (objection != nullptr) add_problem(plan, nullptr, psprintf("the source refuses its filter: %s", objection));
  return objection == nullptr;
}

// A binary COPY takes the client's encoding for the database's while it lasts, and so would messages of triggers.
static bool messages_would_be_garbled(const SyncPlan *plan) {
  int client = pg_get_client_encoding();
  return plan->request.triggers && client != GetDatabaseEncoding() && client != PG_SQL_ASCII;
}

static const char *why_not_binary(const PlanColumn *column) {
  if (column->action == ColumnAction::pass && !column->wire.is_binary_safe)
    return psprintf("type %s has no binary form that is the same in two databases",
                    format_type_with_typemod(column->type, column->typmod));
  // Other strategies write ASCII, or a text that is checked. One that shows a part of a name has no more bytes than the
  // name, unless option "mask" says how to hide the rest.
  if (column->action == ColumnAction::mask && getBaseType(column->type) == NAMEOID && column->strategy->shows_part &&
      (strcmp(column->source->base_name, "name") != 0 || strstr(column->mask->options, "\"mask\"") != nullptr))
    return psprintf("masked values of more than %d bytes are cut to a name in text only", NAMEDATALEN - 1);
  return nullptr;
}

// Binary where every type allows it, unless the call says otherwise.
static void choose_format(SyncPlan *plan) {
  plan->binary = strcmp(plan->request.format, "text") != 0;
  bool is_forced = strcmp(plan->request.format, "binary") == 0;
  ListCell *cell;
  foreach (cell, wire_columns(plan)) {
    PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    const char *why = why_not_binary(column);
    if (why == nullptr) continue;
    if (is_forced) refuse(plan, column, why, "-- use format => 'auto'");
    if (plan->why_text == nullptr)
      plan->why_text = psprintf("text format, because of column %s: %s", quote_identifier(column->name), why);
    plan->binary = false;
  }
  if (plan->binary && !is_forced && messages_would_be_garbled(plan)) {
    plan->why_text = "text format, because triggers fire whose messages this client reads in another encoding";
    plan->binary = false;
  }
  if (plan->why_text != nullptr && !is_forced && strcmp(plan->request.format, "auto") == 0)
    plan->warnings = lappend(plan->warnings, const_cast<char *>(plan->why_text));
  foreach (cell, wire_columns(plan)) {
    PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    if (plan->binary && column->action == ColumnAction::pass)
      column->spec.array_element_oid = column->wire.array_element;
    if (column->action == ColumnAction::mask) plan_literal(plan, column);
    plan->needs_masker |= column->spec.strategy != nullptr || column->spec.array_element_oid != 0;
  }
}

SyncPlan *plan_table(Source *from, const SyncRequest *request, SourceTable *table, List *stored_rules) {
  SyncPlan *plan = static_cast<SyncPlan *>(palloc0(sizeof(SyncPlan)));
  plan->request = *request;
  plan->relation_name = qualified_name(request->relation);
  plan->source = table;
  note_columns(plan);
  if (table->children > 0 && table->kind == RELKIND_RELATION)
    plan->warnings =
        lappend(plan->warnings,
                psprintf("tables that inherit from the source table (%d) are not copied with it", table->children));

  List *rules = override_rules(stored_rules, request->rules);
  Relation target = table_open(request->relation, AccessShareLock);
  plan->tree = target->rd_rel->relkind == RELKIND_PARTITIONED_TABLE
                   ? find_all_inheritors(request->relation, AccessShareLock, nullptr)
                   : list_make1_oid(request->relation);
  TupleDesc descriptor = RelationGetDescr(target);
  for (int i = 0; i < descriptor->natts; i++)
    if (!TupleDescAttr(descriptor, i)->attisdropped) plan_column_of_target(plan, rules, TupleDescAttr(descriptor, i));
  plan_columns_of_source(plan, rules);
  check_rules(plan, rules);
  if (can_be_read(plan, from)) check_not_null(plan, from, descriptor);
  check_partition_keys(plan, target);
  choose_format(plan);
  if (wire_columns(plan) == NIL && plan->problems == NIL) add_problem(plan, nullptr, "no column is left to copy");
  plan_target(plan, target);
  table_close(target, AccessShareLock);
  return plan;
}

SyncPlan *make_plan(Source *from, const SyncRequest *request) {
  SourceTable *table = open_source_table(from, request->source_relation);
  List *relation = list_make1_oid(request->relation);
  List *stored = static_cast<List *>(linitial(load_stored_rules(relation)));
  SyncRequest filtered = *request;
  if (filtered.filter == nullptr) filtered.filter = static_cast<char *>(linitial(load_stored_filters(relation)));
  return plan_table(from, &filtered, table, stored);
}

List *wire_columns(const SyncPlan *plan) {
  List *result = NIL;
  ListCell *cell;
  foreach (cell, plan->columns) {
    PlanColumn *column = static_cast<PlanColumn *>(lfirst(cell));
    if (column->expression != nullptr && column->action != ColumnAction::refuse) result = lappend(result, column);
  }
  return result;
}

struct ProblemReport {
  StringInfoData detail, hint;
  int n;
  const char *last_fix;
};

static void report_problem(ProblemReport *report, const char *table, const PlanProblem *problem) {
  appendStringInfo(&report->detail, "%s%s%s%s%s%s.", report->n++ > 0 ? "\n" : "", table != nullptr ? table : "",
                   table != nullptr ? ": " : "", problem->column != nullptr ? quote_identifier(problem->column) : "",
                   problem->column != nullptr ? " " : "", problem->text);
  // What settles several in a row is said once.
  if (problem->fix == nullptr || (report->last_fix != nullptr && strcmp(problem->fix, report->last_fix) == 0)) return;
  report->last_fix = problem->fix;
  appendStringInfo(&report->hint, "\n%s", problem->fix);
}

static void raise_report(ProblemReport *report, const char *what) {
  if (report->n == 0) return;
  ereport(ERROR,
          (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
           errmsg_plural("cannot sync %s: %d problem", "cannot sync %s: %d problems", report->n, what, report->n),
           errdetail_internal("%s", report->detail.data),
           report->hint.len > 0 ? errhint("To settle it:%s", report->hint.data) : 0));
}

void refuse_problems(const SyncPlan *plan) {
  ProblemReport report = {};
  initStringInfo(&report.detail);
  initStringInfo(&report.hint);
  ListCell *cell;
  foreach (cell, plan->problems) report_problem(&report, nullptr, static_cast<PlanProblem *>(lfirst(cell)));
  raise_report(&report, plan->relation_name);
}

void refuse_problems_of(List *plans, List *others, const char *server) {
  ProblemReport report = {};
  initStringInfo(&report.detail);
  initStringInfo(&report.hint);
  ListCell *cell, *inner;
  foreach (cell, others) report_problem(&report, nullptr, static_cast<PlanProblem *>(lfirst(cell)));
  foreach (cell, plans) {
    const SyncPlan *plan = static_cast<SyncPlan *>(lfirst(cell));
    foreach (inner, plan->problems)
      report_problem(&report, plan->relation_name, static_cast<PlanProblem *>(lfirst(inner)));
  }
  raise_report(&report, psprintf("from server \"%s\"", server));
}

}  // namespace confiture

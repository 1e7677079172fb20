#include "plan/problems.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "pg/owner.h"
#include "pg/relations.h"
#include "plan/foreign_keys.h"
#include "source/error.h"

namespace confiture {

void add_problem(SyncPlan *plan, const char *column, const char *text, const char *fix) {
  // A type's name or a label in it may be the source's, and of any length.
  plan->problems = append(plan->problems, make<PlanProblem>({column, bounded_text(text), fix}));
}

void refuse_column(SyncPlan *plan, PlanColumn *column, const char *text, const char *fix) {
  column->action = ColumnAction::refuse;
  add_problem(plan, column->name, text, fix);
}

List *problems_of_declared(List *keys) {
  List *problems = NIL;
  for (const ForeignKey *key : each<ForeignKey>(keys)) {
    const char *unreadable = !may_read(key->referencing)  ? key->referencing_name
                             : !may_read(key->referenced) ? key->referenced_name
                                                          : nullptr;
    if (key->broken != nullptr)
      problems = append(problems, make<PlanProblem>({nullptr,
                                                     psprintf("the declared reference %s of %s cannot be verified: %s",
                                                              key->name, key->referencing_name, key->broken),
                                                     key->drop_statement}));
    else if (unreadable != nullptr)
      problems =
          append(problems,
                 make<PlanProblem>({nullptr,
                                    psprintf("the declared reference %s of %s cannot be verified: you may not read %s",
                                             key->name, key->referencing_name, unreadable),
                                    grant_statement("SELECT", unreadable)}));
    else if (!can_be_joined(key))
      problems = append(
          problems, make<PlanProblem>(
                        {nullptr,
                         psprintf("the declared reference %s of %s cannot be verified: comparing its columns may run "
                                  "code of the owners of both tables, and neither may read both",
                                  key->name, key->referencing_name),
                         psprintf("GRANT SELECT ON %s TO %s;", key->referenced_name,
                                  quote_identifier(GetUserNameFromId(owner_of(key->referencing), false)))}));
  }
  return problems;
}

struct ProblemReport {
  StringInfoData detail, hint;
  int n;
  const char *last_fix;
};

static ProblemReport make_report() {
  ProblemReport report = {};
  initStringInfo(&report.detail);
  initStringInfo(&report.hint);
  return report;
}

static void add_to_report(ProblemReport *report, const char *table, List *problems) {
  for (const PlanProblem *problem : each<PlanProblem>(problems)) {
    if (report->n++ > 0) appendStringInfoChar(&report->detail, '\n');
    if (table != nullptr) appendStringInfo(&report->detail, "%s: ", table);
    if (problem->column != nullptr) appendStringInfo(&report->detail, "%s ", quote_identifier(problem->column));
    appendStringInfo(&report->detail, "%s.", problem->text);
    // A statement that settles several in a row is shown once.
    bool is_shown =
        report->last_fix != nullptr && problem->fix != nullptr && strcmp(problem->fix, report->last_fix) == 0;
    if (problem->fix == nullptr || is_shown) continue;
    report->last_fix = problem->fix;
    appendStringInfo(&report->hint, "\n%s", problem->fix);
  }
}

static void raise_report(const ProblemReport *report, const char *verb, const char *subject) {
  if (report->n == 0) return;
  ereport(ERROR,
          (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
           errmsg_plural("cannot %s %s: %d problem", "cannot %s %s: %d problems", report->n, verb, subject, report->n),
           errdetail_internal("%s", report->detail.data),
           report->hint.len > 0 ? errhint("To settle it:%s", report->hint.data) : 0));
}

void refuse_problems(const SyncPlan *plan) {
  ProblemReport report = make_report();
  add_to_report(&report, nullptr, plan->problems);
  raise_report(&report, plan->request.in_scan ? "read" : "sync", plan->relation_name);
}

void refuse_problems_of(List *plans, List *others, const char *server) {
  ProblemReport report = make_report();
  add_to_report(&report, nullptr, others);
  for (const SyncPlan *plan : each<SyncPlan>(plans)) add_to_report(&report, plan->relation_name, plan->problems);
  raise_report(&report, "sync", psprintf("from server \"%s\"", server));
}

char *rule_statement(const char *relation, const char *function, const char *column, const char *strategy,
                     const char *options, const char *when) {
  const char *argument = strategy != nullptr ? psprintf(", %s", quote_literal_cstr(strategy)) : "";
  const char *next = strcmp(options, "{}") != 0 || when != nullptr ? psprintf(", %s", quote_literal_cstr(options)) : "";
  const char *last = when != nullptr ? psprintf(", %s", quote_literal_cstr(when)) : "";
  return psprintf("SELECT confiture.%s(%s, %s%s%s%s);", function, quote_literal_cstr(relation),
                  quote_literal_cstr(column), argument, next, last);
}

char *rule_statements(const char *relation, const char *column, const Rule *rule) {
  StringInfoData statements;
  initStringInfo(&statements);
  List *cases = rule->cases != NIL ? rule->cases : list_make1(const_cast<Rule *>(rule));
  for (const Rule *each_case : each<Rule>(cases))
    appendStringInfo(
        &statements, "%s%s", statements.len > 0 ? " " : "",
        rule_statement(relation, "set_rule", column, each_case->strategy, each_case->options, each_case->when));
  return statements.data;
}

const char *quoted_caller() { return quote_identifier(GetUserNameFromId(GetUserId(), false)); }

char *grant_statement(const char *privilege, const char *relation) {
  return psprintf("GRANT %s ON %s TO %s;", privilege, relation, quoted_caller());
}

char *grant_trigger_switch_statement() {
  return psprintf("GRANT SET ON PARAMETER session_replication_role TO %s;", quoted_caller());
}

const char *either(const char *fix, const char *other) {
  return strpbrk(other, "\r\n") != nullptr ? fix : psprintf("%s -- or %s", fix, other);
}

}  // namespace confiture

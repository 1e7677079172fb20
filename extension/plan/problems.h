// What prevents a sync: collected while planning, reported all at once, each with a statement that settles it.
#pragma once

#include "plan/sync_plan.h"

namespace confiture {

struct PlanProblem {
  const char *column;  // nullptr: the table itself
  const char *text;    // what follows the column's name in a sentence, without its full stop
  const char *fix;     // a statement that settles it, or a comment on what to do; nullptr: there is none
};

void add_problem(SyncPlan *plan, const char *column, const char *text, const char *fix = nullptr);

// Adds the problem and sets the column's action to refuse.
void refuse_column(SyncPlan *plan, PlanColumn *column, const char *text, const char *fix = nullptr);

// What prevents that declared references (ForeignKey *) are verified after the load, as PlanProblem *.
List *problems_of_declared(List *keys);

// Ereports all problems at once (55000) when there are any.
void refuse_problems(const SyncPlan *plan);

// The same for the problems of many plans (SyncPlan *), and those that concern no single table (PlanProblem *).
void refuse_problems_of(List *plans, List *others, const char *server);

// ---------------------------------------------------------------------------------------------------------------
// Statements that settle problems, ready to paste

// "SELECT confiture.<function>('<relation>', '<column>'[, '<strategy>'[, '<options>'[, '<condition>']]]);", empty
// options left out without a condition
char *rule_statement(const char *relation, const char *function, const char *column, const char *strategy = nullptr,
                     const char *options = "{}", const char *when = nullptr);

// The statements that give a column this rule, with all of its cases.
char *rule_statements(const char *relation, const char *column, const Rule *rule);

// The current user's name, quoted where needed.
const char *quoted_caller();

// "GRANT <privilege> ON <relation> TO <caller>;"
char *grant_statement(const char *privilege, const char *relation);

// The same for the right to switch triggers off.
char *grant_trigger_switch_statement();

// A statement with another one in a comment behind it, unless a line break in a name would end the comment.
const char *either(const char *fix, const char *other);

}  // namespace confiture

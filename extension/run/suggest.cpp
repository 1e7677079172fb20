#include "run/suggest.h"

#include "pg/list.h"
#include "pg/memory.h"
#include "plan/value_kinds.h"

namespace confiture {

// ---- evidence

struct Evidence {
  StringInfoData json;
};

static Evidence make_evidence() {
  Evidence evidence;
  initStringInfo(&evidence.json);
  appendStringInfoChar(&evidence.json, '{');
  return evidence;
}

static void add_key(Evidence *evidence, const char *key) {
  if (evidence->json.len > 1) appendStringInfoString(&evidence->json, ", ");
  escape_json(&evidence->json, key);
  appendStringInfoString(&evidence->json, ": ");
}

static void add(Evidence *evidence, const char *key, const char *text) {
  add_key(evidence, key);
  escape_json(&evidence->json, text);
}

static void add(Evidence *evidence, const char *key, int64 count) {
  add_key(evidence, key);
  appendStringInfo(&evidence->json, INT64_FORMAT, count);
}

static const Jsonb *finished(Evidence *evidence) {
  appendStringInfoChar(&evidence->json, '}');
  return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(evidence->json.data)));
}

// ---- what is known of a column

struct Candidate {
  PlanColumn *column;
  const char *problem, *fix;  // of the plan; nullptr: it would be copied
  bool is_named;              // its name or its type looks personal
  wall::GuardHit hit;
  SampledColumn *sampled;  // nullptr: its values were not looked at
};

static const char *texts_of(const SyncPlan *plan, const char *column, bool is_fix) {
  StringInfoData texts;
  initStringInfo(&texts);
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems)) {
    bool is_meant = problem->column == nullptr || column == nullptr ? problem->column == column
                                                                    : strcmp(problem->column, column) == 0;
    const char *text = is_fix ? problem->fix : problem->text;
    if (is_meant && text != nullptr) appendStringInfo(&texts, "%s%s", texts.len == 0 ? "" : is_fix ? "\n" : "; ", text);
  }
  return texts.len > 0 ? texts.data : nullptr;
}

// "name matches e-mail address", "type holds documents": what tells, and what it tells.
static const char *kind_in(const char *reason, const char **what) {
  const char *verb = strchr(reason, ' ');
  if (verb == nullptr) return reason;
  *what = pnstrdup(reason, static_cast<Size>(verb - reason));
  return strncmp(verb, " matches ", 9) == 0 ? verb + 9 : verb + 1;
}

// Kinds that values can be recognised by, where a column of another look speaks against the name.
static bool is_recognisable(const char *strategy) {
  for (const char *one : {"email", "phone", "iban", "card", "ip", "mac"})
    if (strcmp(strategy, one) == 0) return true;
  return false;
}

static const char *confidence_of(const Candidate *candidate) {
  const SampledColumn *sampled = candidate->sampled;
  bool is_alike = sampled != nullptr && sampled->words != nullptr;
  if (!candidate->is_named) {
    bool is_whole = !sampled->is_faint;
    int64 percent = sampled->alike * 100 / sampled->values;
    return is_whole && percent >= 80 ? "high" : is_whole && percent >= 50 ? "medium" : "low";
  }
  if (sampled == nullptr || sampled->is_compound) return is_alike ? "high" : "medium";
  bool is_expected = is_recognisable(candidate->hit.suggested_strategy);
  if (is_alike)
    return !is_expected || strcmp(sampled->strategy, candidate->hit.suggested_strategy) == 0 ? "high" : "medium";
  return is_expected && sampled->values >= 10 ? "low" : "medium";
}

static void add_kind(Suggestion *suggestion, const Candidate *candidate, int64 rows) {
  Evidence evidence = make_evidence();
  const char *what = "name";
  if (candidate->is_named) {
    suggestion->kind = kind_in(candidate->hit.reason, &what);
    add(&evidence, what, suggestion->kind);
  } else {
    suggestion->kind = candidate->sampled->kind;
  }
  if (candidate->sampled != nullptr) {
    add(&evidence, "rows", rows);
    add(&evidence, "values", candidate->sampled->values);
    if (candidate->sampled->kind != nullptr) add(&evidence, candidate->sampled->kind, candidate->sampled->alike);
  }
  suggestion->evidence = finished(&evidence);
  suggestion->confidence = confidence_of(candidate);
}

// nullptr: there is nothing to suggest.
static Suggestion *suggestion_for(const SyncPlan *plan, const Candidate *candidate, int64 rows) {
  const SampledColumn *sampled = candidate->sampled;
  bool is_alike = sampled != nullptr && sampled->words != nullptr;
  if (candidate->problem == nullptr && !is_alike) return nullptr;
  Suggestion *suggestion = make<Suggestion>();
  suggestion->relation = plan->relation_name;
  suggestion->column = candidate->column->name;
  suggestion->reason = candidate->problem != nullptr ? candidate->problem : sampled->words;
  suggestion->rule =
      candidate->problem != nullptr ? candidate->fix : propose_rule(plan, candidate->column, sampled->strategy);
  if (candidate->is_named || is_alike) add_kind(suggestion, candidate, rows);
  return suggestion;
}

// ---- one table

// Has somebody decided about the column already?
static bool is_decided(const PlanColumn *column, const Candidate *candidate, List *rules) {
  if (candidate->problem != nullptr) return !candidate->is_named;
  return column->action != ColumnAction::pass || find_rule(rules, column->name) != nullptr;
}

static List *candidates_of(const SyncPlan *plan, List *rules, List **samples) {
  List *candidates = NIL;
  for (PlanColumn *column : each<PlanColumn>(plan->columns)) {
    Candidate *candidate = make<Candidate>();
    candidate->column = column;
    candidate->problem = texts_of(plan, column->name, false);
    candidate->fix = texts_of(plan, column->name, true);
    candidate->is_named = candidate->problem != nullptr && column->source != nullptr &&
                          find_rule(rules, column->name) == nullptr &&
                          looks_personal(&plan->guard, column->source, &candidate->hit);
    bool is_compound = false;
    if (!is_decided(column, candidate, rules) && can_be_sampled(column, &is_compound)) {
      candidate->sampled = make<SampledColumn>();
      candidate->sampled->column = column;
      candidate->sampled->is_compound = is_compound;
      *samples = append(*samples, candidate->sampled);
    }
    candidates = append(candidates, candidate);
  }
  return candidates;
}

static List *add_table(List *suggestions, Source *source, const SyncPlan *plan, List *rules, int32 sample_rows) {
  List *samples = NIL, *candidates = candidates_of(plan, rules, &samples);
  int64 rows = 0;
  if (sample_rows > 0 && samples != NIL)
    rows = sample_columns(source, plan, samples, sample_rows);
  else
    for (Candidate *candidate : each<Candidate>(candidates)) candidate->sampled = nullptr;
  if (const char *problem = texts_of(plan, nullptr, false); problem != nullptr)
    suggestions = append(suggestions, make<Suggestion>({.relation = plan->relation_name,
                                                        .column = nullptr,
                                                        .kind = nullptr,
                                                        .confidence = nullptr,
                                                        .evidence = nullptr,
                                                        .reason = problem,
                                                        .rule = texts_of(plan, nullptr, true)}));
  for (const Candidate *candidate : each<Candidate>(candidates))
    if (Suggestion *suggestion = suggestion_for(plan, candidate, rows); suggestion != nullptr)
      suggestions = append(suggestions, suggestion);
  // Rules that meet no column.
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems))
    if (problem->column != nullptr && find_column(plan, problem->column) == nullptr)
      suggestions = append(suggestions, make<Suggestion>({.relation = plan->relation_name,
                                                          .column = problem->column,
                                                          .kind = nullptr,
                                                          .confidence = nullptr,
                                                          .evidence = nullptr,
                                                          .reason = problem->text,
                                                          .rule = problem->fix}));
  return suggestions;
}

List *suggest_rules(Source *source, const RunPlan *plan, int32 sample_rows) {
  List *relations = NIL, *suggestions = NIL;
  for (const SyncPlan *table : each<SyncPlan>(plans_of(plan)))
    relations = lappend_oid(relations, table->request.relation);
  List *rules = load_stored_rules(relations, GetUserId());
  int i = 0;
  for (const SyncPlan *table : each<SyncPlan>(plans_of(plan)))
    suggestions = add_table(suggestions, source, table, static_cast<List *>(list_nth(rules, i++)), sample_rows);
  for (const PlanProblem *problem : each<PlanProblem>(plan->problems))
    suggestions = append(suggestions, make<Suggestion>({.relation = nullptr,
                                                        .column = nullptr,
                                                        .kind = nullptr,
                                                        .confidence = nullptr,
                                                        .evidence = nullptr,
                                                        .reason = problem->text,
                                                        .rule = problem->fix}));
  return suggestions;
}

}  // namespace confiture

// What a plan proposes for a column that it refuses: a rule that the same plan takes, or what to change where none
// fits.
#include "pg/list.h"
#include "pg/memory.h"
#include "plan/fit.h"

namespace confiture {

// An empty document, or nothing at all, for columns that take no NULL; nullptr for types that other strategies mask.
static const char *empty_value(Oid type) {
  switch (getBaseType(type)) {
    case JSONOID:
    case JSONBOID:
      return R"({"value": "{}"})";
    case XMLOID:
    case TSVECTOROID:
      return R"({"value": ""})";
    case CASHOID:
      return R"({"value": "0"})";
    case POINTOID:
      return R"json({"value": "(0,0)"})json";
    default:
      return kind_of_type(type) == wall::ValueKind::hstore ? R"({"value": ""})" : nullptr;
  }
}

struct Candidate {
  const char *strategy, *options;
};

// Plans the column once more, with this rule alone. nullptr: the plan refuses it.
static const PlanColumn *tried(const SyncPlan *plan, const PlanColumn *column, const Candidate *candidate) {
  if (wall::strategy_find(candidate->strategy)->gives_null && !takes_null(plan, column)) return nullptr;
  SyncPlan trial = *plan;
  trial.problems = NIL;
  trial.is_trial = true;
  Rule *rule = make<Rule>();
  rule->column = column->name;
  rule->strategy = candidate->strategy;
  rule->options = candidate->options;
  PlanColumn *masked = make<PlanColumn>();
  masked->name = column->name;
  masked->source = column->source;
  masked->number = column->number;
  masked->type = column->type;
  masked->typmod = column->typmod;
  masked->action = ColumnAction::mask;
  masked->mask = rule;
  plan_mask(&trial, masked);
  if (trial.problems == NIL) plan_literal(&trial, masked);
  return trial.problems == NIL ? masked : nullptr;
}

static bool fits(const SyncPlan *plan, const PlanColumn *column, const Candidate *candidate) {
  return tried(plan, column, candidate) != nullptr;
}

// The narrowest column of a masking domain settles the width of all. Hashes too short for different values would break
// the unique indexes of other columns: they share a domain with hashes of their own width.
static const char *options_of(const SyncPlan *plan, const PlanColumn *column, const Candidate *candidate) {
  if (strcmp(candidate->strategy, "hash") != 0 || strcmp(candidate->options, "{}") != 0) return candidate->options;
  const PlanColumn *masked = tried(plan, column, candidate);
  if (masked->keeps_unique) return candidate->options;
  return psprintf(R"({"masking_domain": "hash-%u"})", masked->spec.max_chars);
}

static const Candidate *first_that_fits(const SyncPlan *plan, const PlanColumn *column, const Candidate *candidates,
                                        int n_candidates) {
  for (const Candidate *candidate = candidates; candidate < candidates + n_candidates; candidate++)
    if (fits(plan, column, candidate)) return candidate;
  return nullptr;
}

// {"values": ["M", "F"]}
static const char *choice_of(List *labels) {
  StringInfoData options;
  initStringInfo(&options);
  appendStringInfoString(&options, R"({"values": [)");
  for (const char *label : each_text(labels)) {
    if (label != linitial(labels)) appendStringInfoString(&options, ", ");
    escape_json(&options, label);
  }
  appendStringInfoString(&options, "]}");
  return options.data;
}

static constexpr int most_labels = 50;

// Do its CHECKs want an @?
static bool takes_addresses(const SyncPlan *plan) {
  for (const char *value : each_text(plan->known_inputs->values))
    if (strchr(value, '@') == nullptr) return false;
  return plan->known_inputs->values != NIL;
}

// What no other mask fits: values that the CHECKs allow; of texts those in the form of the value, but not of e-mail
// addresses, which somebody might have.
static const Candidate *last_resort(const SyncPlan *plan, const PlanColumn *column, const char *first) {
  const CheckedValues checked = find_checked_values(plan, column);
  const int n_labels = list_length(checked.labels);
  const char *choice = n_labels >= 2 && n_labels <= most_labels ? choice_of(checked.labels) : "{}";
  const char *numbers = "{}", *days = "{}";
  if (checked.lowest != nullptr) {
    numbers = psprintf(R"({"min": %s, "max": %s})", checked.lowest, checked.highest);
    days = psprintf(R"({"min": "%s", "max": "%s"})", checked.lowest, checked.highest);
  }
  bool is_address = strcmp(first, "email") == 0 || takes_addresses(plan);
  const Candidate candidates[] = {{"choice", choice},
                                  {"lookup", choice},
                                  {"random_number", numbers},
                                  {"random_date", days},
                                  {is_address ? "choice" : "scramble", "{}"}};
  const Candidate *found = first_that_fits(plan, column, candidates, lengthof(candidates));
  return found != nullptr ? make<Candidate>(*found) : nullptr;
}

// Of identifiers, numbers and secrets a permutation is an answer where nothing shorter keeps them apart; of other texts
// it would leave letters readable.
static const Candidate *permutation_that_fits(const SyncPlan *plan, const PlanColumn *column,
                                              const wall::StrategyRow *first) {
  static const Candidate candidates[] = {{"fpe", "{}"}, {"digits", "{}"}};
  if (takes_addresses(plan) || (column->mask != nullptr && strcmp(column->mask->strategy, first->name) != 0))
    return nullptr;
  if (strcmp(first->when_unique, "fpe") == 0) return first_that_fits(plan, column, candidates, lengthof(candidates));
  for (const char *identifier : {"hash", "redact", "username", "phone"})
    if (strcmp(first->name, identifier) == 0) return first_that_fits(plan, column, candidates, 1);
  return nullptr;
}

const char *propose_rule(const SyncPlan *asked, const PlanColumn *column, const char *first, const char *options) {
  if (asked->is_trial || column->number == 0) return nullptr;
  SyncPlan shared = *asked, *plan = &shared;
  shared.known_inputs = make<KnownInputs>();
  const wall::StrategyRow *row = wall::strategy_find(first);
  const char *empty = empty_value(column->type);
  const Candidate candidates[] = {
      {first, options}, {row->when_unique, row->when_unique_options}, {"hash", "{}"}, {"redact", "{}"}, {"url", "{}"},
      {"null", "{}"},   {"constant", empty != nullptr ? empty : "{}"}};
  const char *when = column->mask != nullptr ? column->mask->when : nullptr;
  const Candidate *found = first_that_fits(plan, column, candidates, lengthof(candidates));
  if (found == nullptr) found = last_resort(plan, column, first);
  if (found == nullptr) found = permutation_that_fits(plan, column, row);
  if (found != nullptr)
    return rule_statement(plan->relation_name, "set_rule", column->name, found->strategy,
                          options_of(plan, column, found), when);
  return psprintf(
      "-- no strategy fits: let %s take NULL or longer values here, or drop what is UNIQUE or checked about it",
      quote_identifier(column->name));
}

// Fallbacks are those whose values hang on no other column's: none of them has a masking domain of texts, whose width
// was settled without it.
void plan_automatic_mask(SyncPlan *plan, PlanColumn *column) {
  const Rule *rule = column->mask;
  const char *empty = empty_value(column->type);
  bool is_text = kind_of_type(column->type) == wall::ValueKind::text;
  const Candidate candidates[] = {{rule->strategy, rule->options},
                                  {is_text ? "redact" : "hash", "{}"},
                                  {"null", "{}"},
                                  {"constant", empty != nullptr ? empty : "{}"}};
  // What references a key column is masked as the rule says.
  int n_candidates = rule->is_in_reference ? 1 : lengthof(candidates);
  SyncPlan shared = *plan;
  shared.known_inputs = make<KnownInputs>();
  const Candidate *found = first_that_fits(&shared, column, candidates, n_candidates);
  if (found == nullptr && !rule->is_in_reference) found = last_resort(&shared, column, rule->strategy);
  if (found == nullptr)
    return refuse_column(
        plan, column, psprintf("looks like personal data (%s) and has no rule", rule->personal),
        either(propose_rule(plan, column, rule->strategy), rule_statement(plan->relation_name, "keep", column->name)));
  Rule *chosen = make<Rule>(*rule);
  chosen->strategy = found->strategy;
  chosen->options = found->options;
  column->mask = chosen;
  column->warnings = append(
      column->warnings,
      psprintf("masked with %s by the policy auto: looks like personal data (%s)", found->strategy, rule->personal));
  plan_mask(plan, column);
}

}  // namespace confiture

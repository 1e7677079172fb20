#include "rules/difference.h"

#include <algorithm>
#include <set>

namespace client::rules {

namespace {

// Compares without regard to the order of keys.
bool same_options(const Json &parameters, const Json &other) {
  return nlohmann::json(parameters) == nlohmann::json(other);
}

bool is_same(const std::vector<ColumnRule> &rules, const std::vector<ColumnRule> &other) {
  return std::ranges::equal(rules, other, [](const ColumnRule &left, const ColumnRule &right) {
    return left.strategy == right.strategy && left.when == right.when && same_options(left.options, right.options);
  });
}

void set_rules(Connection &target, const Change &change) {
  if (!change.before.empty())
    target.query("SELECT confiture.drop_rule($1::oid::regclass, $2::text::name)", {change.oid, change.column});
  for (const ColumnRule &each : change.rules) {
    // The cast to name would truncate a name of more than 63 bytes.
    Result set = target.query(
        R"(
SELECT confiture.set_rule($1::oid::regclass, $2::text::name, $3, $4::jsonb, $5)
WHERE $2::text::name::text = $2::text)",
        {change.oid, change.column, each.strategy, each.options.dump(),
         each.when ? Parameter(*each.when) : Parameter()});
    if (set.rows() == 0) throw Error(ExitCode::refused, "the column's name is too long");
  }
}

bool set_reference(Connection &target, const Change &change) {
  const StoredReference &stored = *change.reference;
  Parameters parameters = {stored.oid, Json(stored.reference.columns).dump(), stored.other_oid,
                           Json(stored.reference.referenced_columns).dump()};
  if (change.after.empty())
    return target.value(R"(
SELECT confiture.drop_reference($1::oid::regclass, ARRAY(SELECT json_array_elements_text($2::json)), $3::oid::regclass,
  ARRAY(SELECT json_array_elements_text($4::json))))",
                        parameters) == "t";
  parameters.push_back(stored.reference.when ? Parameter(*stored.reference.when) : Parameter());
  target.query(R"(
SELECT confiture.set_reference($1::oid::regclass, ARRAY(SELECT json_array_elements_text($2::json)), $3::oid::regclass,
  ARRAY(SELECT json_array_elements_text($4::json)), $5))",
               parameters);
  return true;
}

bool set_subset(Connection &target, const Change &change) {
  const SubsetRule &rule = change.subset->rule;
  const std::string &oid = change.subset->oid;
  if (change.after.empty() && rule.key.empty())
    return target.value("SELECT confiture.drop_seed($1::oid::regclass)", {oid}) == "t";
  if (change.after.empty())
    return target.value("SELECT confiture.drop_follow($1::oid::regclass, $2)", {oid, rule.key}) == "t";
  std::string members = rule.members.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (rule.key.empty())
    target.query(R"(
SELECT confiture.set_seed($1::oid::regclass, m.where, m.rows, m.percent)
FROM jsonb_to_record($2::jsonb) AS m("where" text, rows bigint, percent double precision))",
                 {oid, members});
  else
    target.query(R"(
SELECT confiture.set_follow($1::oid::regclass, $2, m.follow, m.rows_per_parent)
FROM jsonb_to_record($3::jsonb) AS m(follow boolean, rows_per_parent integer))",
                 {oid, rule.key, members});
  return true;
}

Change pattern_change(const StoredPattern &pattern, const std::string &before, const std::string &after) {
  Change change{
      "", pattern.relations, pattern.columns, before, after, after.empty() ? "" : pattern.strategy, pattern.options};
  change.is_pattern = true;
  return change;
}

void compare_patterns(const RuleSet &wanted, std::vector<StoredPattern> &stored, Difference &found) {
  for (const TableRules &relations : wanted.patterns)
    for (const ColumnRule &each : relations.columns) {
      auto old = std::ranges::find_if(stored, [&](const StoredPattern &pattern) {
        return pattern.relations == relations.table && pattern.columns == each.column;
      });
      std::string before;
      bool same = false;
      if (old != stored.end()) {
        same = old->strategy == each.strategy && same_options(old->options, each.options);
        before = rule_text(old->strategy, old->options);
        stored.erase(old);
      }
      if (same)
        found.unchanged++;
      else
        found.changes.push_back(pattern_change({relations.table, each.column, each.strategy, each.options}, before,
                                               rule_text(each.strategy, each.options)));
    }
}

Change reference_change(const StoredReference &reference, const std::string &before, const std::string &after) {
  Change change{reference.oid, reference.reference.table, "", before, after, "", nullptr};
  change.reference = reference;
  return change;
}

void compare_references(Connection &target, const RuleSet &wanted, std::vector<StoredReference> &stored,
                        Difference &found) {
  for (const Reference &each : wanted.references) {
    StoredReference one{"", "", each};
    try {
      Relation relation = Session::find_relation(target, each.table);
      Relation other = Session::find_relation(target, each.referenced);
      one.oid = relation.oid;
      one.other_oid = other.oid;
      one.reference.table = relation.name;
      one.reference.referenced = other.name;
    } catch (const Error &problem) {
      found.problems.emplace_back(problem.what());
      continue;
    }
    auto old = std::ranges::find_if(stored, [&](const StoredReference &known) {
      return known.oid == one.oid && known.other_oid == one.other_oid && known.reference.columns == each.columns &&
             known.reference.referenced_columns == each.referenced_columns;
    });
    std::string before = old != stored.end() ? reference_text(old->reference) : "";
    bool same = old != stored.end() && old->reference.when == each.when;
    if (old != stored.end()) stored.erase(old);
    if (same)
      found.unchanged++;
    else
      found.changes.push_back(reference_change(one, before, reference_text(one.reference)));
  }
}

Change subset_change(const StoredSubsetRule &rule, const std::string &before, const std::string &after) {
  Change change{rule.oid, rule.rule.table, "", before, after, "", nullptr};
  change.subset = rule;
  return change;
}

void compare_subset(Connection &target, const std::vector<SubsetRule> &wanted, std::vector<StoredSubsetRule> &stored,
                    Difference &found) {
  for (const SubsetRule &each : wanted) {
    StoredSubsetRule one{"", each};
    try {
      Relation relation = Session::find_relation(target, each.table);
      one.oid = relation.oid;
      one.rule.table = relation.name;
    } catch (const Error &problem) {
      found.problems.emplace_back(problem.what());
      continue;
    }
    auto old = std::ranges::find_if(
        stored, [&](const StoredSubsetRule &known) { return known.oid == one.oid && known.rule.key == each.key; });
    std::string before = old != stored.end() ? subset_text(old->rule) : "";
    bool same = old != stored.end() && same_options(old->rule.members, each.members);
    if (old != stored.end()) stored.erase(old);
    if (same)
      found.unchanged++;
    else
      found.changes.push_back(subset_change(one, before, subset_text(each)));
  }
}

}  // namespace

std::string Change::part() const {
  if (reference) return "";
  if (subset) return subset->rule.key.empty() ? "" : ", " + subset->rule.key;
  return is_pattern ? ", " + column : is_filter() ? " filter" : "." + column;
}

Difference compare(Connection &target, const RuleSet &wanted, bool prune) {
  Difference found;
  StoredRules stored = load_rules(target);
  std::set<std::string> seen;
  for (const TableRules &table : wanted.tables) {
    Relation relation;
    try {
      relation = Session::find_relation(target, table.table);
    } catch (const Error &problem) {
      found.problems.emplace_back(problem.what());
      continue;
    }
    if (!seen.insert(relation.oid).second) {
      found.problems.push_back(relation.name + " appears twice");
      continue;
    }
    for (const std::vector<ColumnRule> &rules : by_column(table.columns)) {
      const std::string &column = rules[0].column;
      auto old = std::ranges::find_if(stored.rules,
                                      [&](const StoredRule &r) { return r.oid == relation.oid && r.column == column; });
      std::string before;
      if (old != stored.rules.end()) {
        bool same = is_same(old->rules, rules);
        before = rules_text(old->rules);
        stored.rules.erase(old);
        if (same) {
          found.unchanged++;
          continue;
        }
      }
      found.changes.push_back({relation.oid, relation.name, column, before, rules_text(rules), "", nullptr, rules});
    }
    std::string before;
    std::erase_if(stored.filters, [&](const StoredFilter &each) {
      // A filter that the file does not mention stays, except with `prune`.
      if (each.oid != relation.oid || !table.filter) return false;
      before = each.condition;
      return true;
    });
    if (table.filter && before == *table.filter)
      found.unchanged++;
    else if (table.filter)
      found.changes.push_back({relation.oid, relation.name, "", before, *table.filter, *table.filter, nullptr});
  }
  compare_patterns(wanted, stored.patterns, found);
  compare_references(target, wanted, stored.references, found);
  compare_subset(target, wanted.seeds, stored.seeds, found);
  compare_subset(target, wanted.follows, stored.follows, found);
  found.others = static_cast<int>(stored.rules.size() + stored.filters.size() + stored.patterns.size() +
                                  stored.references.size() + stored.seeds.size() + stored.follows.size());
  if (!prune) return found;
  for (const StoredRule &each : stored.rules)
    found.changes.push_back({each.oid, each.table, each.column, rules_text(each.rules), "", "", nullptr});
  for (const StoredFilter &each : stored.filters)
    found.changes.push_back({each.oid, each.table, "", each.condition, "", "", nullptr});
  for (const StoredPattern &each : stored.patterns)
    found.changes.push_back(pattern_change(each, rule_text(each.strategy, each.options), ""));
  for (const StoredReference &each : stored.references)
    found.changes.push_back(reference_change(each, reference_text(each.reference), ""));
  for (const std::vector<StoredSubsetRule> *rules : {&stored.seeds, &stored.follows})
    for (const StoredSubsetRule &each : *rules)
      found.changes.push_back(subset_change(each, subset_text(each.rule), ""));
  return found;
}

bool carry_out(Connection &target, const Change &each) {
  if (each.reference) {
    return set_reference(target, each);
  } else if (each.subset) {
    return set_subset(target, each);
  } else if (each.is_pattern && each.strategy.empty()) {
    target.query("SELECT confiture.drop_pattern($1, $2)", {each.table, each.column});
  } else if (each.is_pattern) {
    target.query("SELECT confiture.set_pattern($1, $2, $3, $4::jsonb)",
                 {each.table, each.column, each.strategy, each.options.dump()});
  } else if (each.is_filter()) {
    target.query("SELECT confiture.set_filter($1::oid::regclass, $2)",
                 {each.oid, each.strategy.empty() ? Parameter() : Parameter(each.strategy)});
  } else {
    set_rules(target, each);
  }
  return true;
}

std::vector<std::string> apply(Connection &target, const std::vector<Change> &changes) {
  std::vector<std::string> problems;
  // Columns that are left out go first: options of other rules may name them.
  std::vector<Change> ordered = changes;
  std::stable_partition(ordered.begin(), ordered.end(),
                        [](const Change &each) { return each.rules.size() == 1 && each.rules[0].strategy == "drop"; });
  for (const Change &each : ordered) {
    target.query("SAVEPOINT one");
    try {
      carry_out(target, each);
      target.query("RELEASE SAVEPOINT one");
    } catch (const Error &problem) {
      if (problem.code() == ExitCode::connection || problem.code() == ExitCode::interrupted) throw;
      problems.push_back(each.table + (each.is_filter() ? ": filter" : each.part()) + ": " + problem.what());
      target.query("ROLLBACK TO SAVEPOINT one");
    }
  }
  return problems;
}

}  // namespace client::rules

#include "rules/store.h"

#include <algorithm>

namespace client::rules {

namespace {

constexpr const char *all_rules =
    R"(
SELECT r.relation::oid,
  CASE WHEN c.oid IS NULL THEN r.relation::oid::text ELSE format('%I.%I', n.nspname, c.relname) END AS name,
  r.column_name, r.strategy, r.options, r.condition
FROM confiture.rules r
LEFT JOIN pg_class c ON c.oid = r.relation
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = r.relation AND a.attname = r.column_name
WHERE r.relation = coalesce($1::oid, r.relation)
ORDER BY n.nspname, c.relname, r.relation, a.attnum, r.column_name, r.condition IS NULL, r.position)";

constexpr const char *all_filters =
    R"(
SELECT f.relation::oid,
  CASE WHEN c.oid IS NULL THEN f.relation::oid::text ELSE format('%I.%I', n.nspname, c.relname) END AS name,
  f.condition
FROM confiture.filters f
LEFT JOIN pg_class c ON c.oid = f.relation
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE f.relation = coalesce($1::oid, f.relation)
ORDER BY n.nspname, c.relname, f.relation)";

constexpr const char *all_references =
    R"(
SELECT r.relation::oid, r.referenced::oid,
  CASE WHEN c.oid IS NULL THEN r.relation::oid::text ELSE format('%I.%I', n.nspname, c.relname) END AS name,
  to_json(r.columns::text[]),
  CASE WHEN p.oid IS NULL THEN r.referenced::oid::text ELSE format('%I.%I', m.nspname, p.relname) END AS other,
  to_json(r.referenced_columns::text[]), r.condition
FROM confiture.references r
LEFT JOIN pg_class c ON c.oid = r.relation
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class p ON p.oid = r.referenced
LEFT JOIN pg_namespace m ON m.oid = p.relnamespace
ORDER BY 3, r.columns, 5, r.referenced_columns)";

constexpr const char *all_seeds =
    R"(
SELECT s.relation::oid,
  CASE WHEN c.oid IS NULL THEN s.relation::oid::text ELSE format('%I.%I', n.nspname, c.relname) END AS name, '',
  json_strip_nulls(json_build_object('where', s.condition, 'rows', s.rows, 'percent', s.percent))
FROM confiture.seeds s
LEFT JOIN pg_class c ON c.oid = s.relation
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY 2)";

constexpr const char *all_follows =
    R"(
SELECT f.relation::oid,
  CASE WHEN c.oid IS NULL THEN f.relation::oid::text ELSE format('%I.%I', n.nspname, c.relname) END AS name, f.key,
  json_strip_nulls(json_build_object('follow', f.follow, 'rows_per_parent', f.rows_per_parent))
FROM confiture.follows f
LEFT JOIN pg_class c ON c.oid = f.relation
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY 2, f.key)";

constexpr const char *all_patterns =
    R"(
SELECT relations, columns, strategy, options
FROM confiture.patterns
ORDER BY relations, columns)";

std::vector<StoredSubsetRule> load_subset(Connection &target, const char *query) {
  std::vector<StoredSubsetRule> all;
  Result found = target.query(query);
  for (int row = 0; row < found.rows(); row++)
    all.push_back({found.text(row, 0), {found.text(row, 1), found.text(row, 2), Json::parse(found.text(row, 3))}});
  return all;
}

}  // namespace

StoredRules load_rules(Connection &target, const std::string &oid) {
  Parameters parameters = {oid.empty() ? Parameter() : Parameter(oid)};
  StoredRules all;
  Result rules = target.query(all_rules, parameters);
  for (int row = 0; row < rules.rows(); row++) {
    ColumnRule rule{rules.text(row, 2), rules.text(row, 3), Json::parse(rules.text(row, 4))};
    if (!rules.is_null(row, 5)) rule.when = rules.text(row, 5);
    bool is_next =
        all.rules.empty() || all.rules.back().oid != rules.text(row, 0) || all.rules.back().column != rule.column;
    if (is_next) all.rules.push_back({rules.text(row, 0), rules.text(row, 1), rule.column, {}});
    all.rules.back().rules.push_back(rule);
  }
  Result filters = target.query(all_filters, parameters);
  for (int row = 0; row < filters.rows(); row++)
    all.filters.push_back({filters.text(row, 0), filters.text(row, 1), filters.text(row, 2)});
  if (!oid.empty()) return all;
  Result patterns = target.query(all_patterns);
  for (int row = 0; row < patterns.rows(); row++)
    all.patterns.push_back(
        {patterns.text(row, 0), patterns.text(row, 1), patterns.text(row, 2), Json::parse(patterns.text(row, 3))});
  Result references = target.query(all_references);
  for (int row = 0; row < references.rows(); row++) {
    Reference reference{references.text(row, 2), Json::parse(references.text(row, 3)), references.text(row, 4),
                        Json::parse(references.text(row, 5))};
    if (!references.is_null(row, 6)) reference.when = references.text(row, 6);
    all.references.push_back({references.text(row, 0), references.text(row, 1), reference});
  }
  all.seeds = load_subset(target, all_seeds);
  all.follows = load_subset(target, all_follows);
  return all;
}

RuleSet as_rule_set(const StoredRules &stored) {
  RuleSet set;
  auto table_of = [&](const std::string &name) -> TableRules & {
    for (TableRules &each : set.tables)
      if (each.table == name) return each;
    return set.tables.emplace_back(TableRules{name});
  };
  for (const StoredRule &each : stored.rules) {
    std::vector<ColumnRule> &columns = table_of(each.table).columns;
    columns.insert(columns.end(), each.rules.begin(), each.rules.end());
  }
  for (const StoredFilter &each : stored.filters) table_of(each.table).filter = each.condition;
  std::ranges::sort(set.tables, {}, &TableRules::table);
  for (const StoredPattern &each : stored.patterns) {
    if (set.patterns.empty() || set.patterns.back().table != each.relations)
      set.patterns.emplace_back(TableRules{each.relations});
    set.patterns.back().columns.push_back({each.columns, each.strategy, each.options});
  }
  for (const StoredReference &each : stored.references) set.references.push_back(each.reference);
  for (const StoredSubsetRule &each : stored.seeds) set.seeds.push_back(each.rule);
  for (const StoredSubsetRule &each : stored.follows) set.follows.push_back(each.rule);
  return set;
}

}  // namespace client::rules

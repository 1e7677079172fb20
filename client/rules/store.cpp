#include "store.h"

#include <algorithm>
#include <set>

namespace client::rules {

namespace {

constexpr const char *all_rules =
    "SELECT r.relation::oid, CASE WHEN c.oid IS NULL THEN r.relation::oid::text ELSE format('%I.%I', n.nspname, "
    "c.relname) END AS name, "
    "r.column_name, "
    "r.strategy, r.options "
    "FROM confiture.rules r LEFT JOIN pg_class c ON c.oid = r.relation LEFT JOIN pg_namespace n ON n.oid = "
    "c.relnamespace "
    "LEFT JOIN pg_attribute a ON a.attrelid = r.relation AND a.attname = r.column_name "
    "WHERE r.relation = coalesce($1::oid, r.relation) ORDER BY n.nspname, c.relname, r.relation, a.attnum, "
    "r.column_name";

constexpr const char *all_filters =
    "SELECT f.relation::oid, CASE WHEN c.oid IS NULL THEN f.relation::oid::text ELSE format('%I.%I', n.nspname, "
    "c.relname) END AS name, "
    "f.condition "
    "FROM confiture.filters f LEFT JOIN pg_class c ON c.oid = f.relation LEFT JOIN pg_namespace n ON n.oid = "
    "c.relnamespace "
    "WHERE f.relation = coalesce($1::oid, f.relation) ORDER BY n.nspname, c.relname, f.relation";

// The order of keys does not matter, unlike between ordered ones.
bool same_options(const json &one, const json &other) { return nlohmann::json(one) == nlohmann::json(other); }

void run(connection &to, const change &each) {
  if (each.is_filter()) {
    to.query("SELECT confiture.set_filter($1::oid::regclass, $2)",
             {each.oid, each.strategy.empty() ? parameter() : parameter(each.strategy)});
  } else if (each.strategy.empty()) {
    to.query("SELECT confiture.drop_rule($1::oid::regclass, $2::text::name)", {each.oid, each.column});
  } else {
    // A name of more than 63 bytes would be cut to another one.
    result set = to.query(
        "SELECT confiture.set_rule($1::oid::regclass, $2::text::name, $3, $4::jsonb) WHERE $2::text::name::text = "
        "$2::text",
        {each.oid, each.column, each.strategy, each.options.dump()});
    if (set.rows() == 0) throw error(exit_code::refused, "the column's name is too long");
  }
}

}  // namespace

stored load(connection &to, const std::string &oid) {
  parameters one = {oid.empty() ? parameter() : parameter(oid)};
  stored all;
  result rules = to.query(all_rules, one);
  for (int row = 0; row < rules.rows(); row++)
    all.rules.push_back({rules.text(row, 0), rules.text(row, 1), rules.text(row, 2), rules.text(row, 3),
                         json::parse(rules.text(row, 4))});
  result filters = to.query(all_filters, one);
  for (int row = 0; row < filters.rows(); row++)
    all.filters.push_back({filters.text(row, 0), filters.text(row, 1), filters.text(row, 2)});
  return all;
}

rule_set as_rule_set(const stored &from) {
  rule_set set;
  auto table_of = [&](const std::string &name) -> table_rules & {
    for (table_rules &each : set.tables)
      if (each.table == name) return each;
    return set.tables.emplace_back(table_rules{name});
  };
  for (const stored_rule &each : from.rules)
    table_of(each.table).columns.push_back({each.column, each.strategy, each.options});
  for (const stored_filter &each : from.filters) table_of(each.table).filter = each.condition;
  std::ranges::sort(set.tables, {}, &table_rules::table);
  return set;
}

difference compare(connection &to, const rule_set &wanted, bool prune) {
  difference found;
  stored now = load(to);
  std::set<std::string> seen;
  for (const table_rules &table : wanted.tables) {
    relation there;
    try {
      there = session::find_relation(to, table.table);
    } catch (const error &problem) {
      found.problems.emplace_back(problem.what());
      continue;
    }
    if (!seen.insert(there.oid).second) {
      found.problems.push_back(there.name + " is there twice");
      continue;
    }
    for (const column_rule &each : table.columns) {
      auto old = std::ranges::find_if(
          now.rules, [&](const stored_rule &r) { return r.oid == there.oid && r.column == each.column; });
      std::string before;
      if (old != now.rules.end()) {
        bool same = old->strategy == each.strategy && same_options(old->options, each.options);
        before = rule_text(old->strategy, old->options);
        now.rules.erase(old);
        if (same) {
          found.unchanged++;
          continue;
        }
      }
      found.changes.push_back({there.oid, there.name, each.column, before, rule_text(each.strategy, each.options),
                               each.strategy, each.options});
    }
    std::string before;
    std::erase_if(now.filters, [&](const stored_filter &each) {
      // A file that says nothing of a filter leaves it, unless it is to be pruned.
      if (each.oid != there.oid || !table.filter) return false;
      before = each.condition;
      return true;
    });
    if (table.filter && before == *table.filter)
      found.unchanged++;
    else if (table.filter)
      found.changes.push_back({there.oid, there.name, "", before, *table.filter, *table.filter, nullptr});
  }
  found.others = static_cast<int>(now.rules.size() + now.filters.size());
  if (!prune) return found;
  for (const stored_rule &each : now.rules)
    found.changes.push_back(
        {each.oid, each.table, each.column, rule_text(each.strategy, each.options), "", "", nullptr});
  for (const stored_filter &each : now.filters)
    found.changes.push_back({each.oid, each.table, "", each.condition, "", "", nullptr});
  return found;
}

std::vector<std::string> apply(connection &to, const std::vector<change> &changes) {
  std::vector<std::string> problems;
  for (const change &each : changes) {
    to.query("SAVEPOINT one");
    try {
      run(to, each);
      to.query("RELEASE SAVEPOINT one");
    } catch (const error &problem) {
      if (problem.code() == exit_code::connection || problem.code() == exit_code::interrupted) throw;
      problems.push_back(each.table + (each.is_filter() ? ": filter" : "." + each.column) + ": " + problem.what());
      to.query("ROLLBACK TO SAVEPOINT one");
    }
  }
  return problems;
}

}  // namespace client::rules

#include "clone/constraints.h"

#include <algorithm>
#include <map>
#include <set>

#include "source.h"

namespace client::clone {

namespace {

// Foreign keys as conditions on c, the referencing row, and p, the referenced one. Only operators of the server and of
// extensions are called: others would run their owner's code as the role that reads. Columns of catalogs that older
// servers lack are read through jsonb.
constexpr const char *foreign_keys =
    R"(
SELECT
  quote_ident(k.conname) AS name,
  format('%I.%I', cn.nspname, c.relname) AS referencing,
  format('%I.%I', pn.nspname, p.relname) AS referenced,
  format('%I.%I', crn.nspname, cr.relname) AS referencing_root,
  format('%I.%I', prn.nspname, pr.relname) AS referenced_root,
  CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END AS only_referencing,
  CASE p.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END AS only_referenced,
  json_agg(ca.attname) AS names,
  string_agg(format('%I', ca.attname), ', ' ORDER BY u.n) AS referencing_columns,
  string_agg(format('%I', pa.attname), ', ' ORDER BY u.n) AS referenced_columns,
  string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ' ORDER BY u.n) AS filled,
  string_agg(format('p.%I OPERATOR(%I.%s) c.%I', pa.attname, ns.nspname, o.oprname, ca.attname), ' AND '
             ORDER BY u.n) AS matches
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_class cr ON cr.oid = coalesce(pg_partition_root(c.oid), c.oid)
JOIN pg_namespace crn ON crn.oid = cr.relnamespace
JOIN pg_class p ON p.oid = k.confrelid
JOIN pg_namespace pn ON pn.oid = p.relnamespace
JOIN pg_class pr ON pr.oid = coalesce(pg_partition_root(p.oid), p.oid)
JOIN pg_namespace prn ON prn.oid = pr.relnamespace
CROSS JOIN LATERAL unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY u(referencing, referenced, operator, n)
JOIN pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = u.referencing
JOIN pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = u.referenced
JOIN pg_operator o ON o.oid = u.operator
JOIN pg_namespace ns ON ns.oid = o.oprnamespace
WHERE k.contype = 'f'
  AND k.convalidated
  AND k.conparentid = 0
  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
  AND NOT coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false)
GROUP BY k.oid, k.conname, cn.nspname, c.relname, crn.nspname, cr.relname, pn.nspname, p.relname, prn.nspname,
  pr.relname, c.relkind, p.relkind
HAVING bool_and(o.oid < 16384
                OR EXISTS (SELECT
                           FROM pg_depend d
                           WHERE d.classid = 'pg_operator'::regclass
                             AND d.objid = o.oid
                             AND d.deptype = 'e'))
ORDER BY 2, 1)";

// CHECKs that hold when a row is written and later do not. Those that call functions of users are left to the load.
constexpr const char *checks_on_time =
    R"(
SELECT
  quote_ident(k.conname) AS name,
  format('%I.%I', n.nspname, c.relname) AS relation,
  format('%I.%I', rn.nspname, r.relname) AS root,
  CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END AS only_relation,
  pg_get_expr(k.conbin, k.conrelid) AS expression
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
JOIN pg_namespace rn ON rn.oid = r.relnamespace
CROSS JOIN LATERAL (
  SELECT
    coalesce(bool_or(p.provolatile = 's'), false) OR k.conbin::text LIKE '%{SQLVALUEFUNCTION %' AS looks_at_time,
    coalesce(bool_or(p.oid >= 16384 OR p.provolatile = 'v'), false) AS is_foreign
  FROM regexp_matches(k.conbin::text, ':(?:funcid|opfuncid) (\d+)', 'g') m
  JOIN pg_proc p ON p.oid = m[1]::oid) f
WHERE k.contype = 'c'
  AND k.convalidated
  AND NOT (c.relispartition AND NOT k.conislocal)
  AND f.looks_at_time
  AND NOT f.is_foreign
ORDER BY 2, 1)";

constexpr const char *filters =
    R"(
SELECT format('%I.%I', n.nspname, c.relname), f.condition
FROM confiture.filters f
JOIN pg_class c ON c.oid = f.relation
JOIN pg_namespace n ON n.oid = c.relnamespace)";

// The rows of the source's tables that are copied.
class CopiedRows {
 public:
  CopiedRows(Connection &target, const PlanRows &plan) {
    std::map<std::string, std::string> conditions;
    Result stored = target.query(filters);
    for (int row = 0; row < stored.rows(); row++) conditions[stored.text(row, 0)] = stored.text(row, 1);
    for (const auto &row : plan) {
      std::string relation = plan_text(row, "relation");
      if (relation.empty()) continue;
      std::string source_relation = plan_text(row, "source_relation");
      conditions_[source_relation] = conditions[relation];
      const auto &is_read = row["raw_leaves_source"];
      if (is_read.is_boolean() && is_read.get<bool>())
        has_values_.emplace(source_relation, plan_text(row, "column_name"));
    }
  }

  bool has(const std::string &relation) const { return conditions_.contains(relation); }
  // Whether the values of these columns are copied or masked. Of others the plan knows that they reference nothing.
  bool have_values(const std::string &relation, const std::string &json_names) const {
    return std::ranges::all_of(nlohmann::json::parse(json_names), [&](const nlohmann::json &each) {
      return has_values_.contains({relation, each.get<std::string>()});
    });
  }

  // "(SELECT columns FROM relation WHERE condition)"
  std::string of(const std::string &columns, const std::string &only, const std::string &relation,
                 const std::string &root) const {
    const std::string &condition = conditions_.at(root);
    return "(SELECT " + columns + " FROM " + only + relation +
           (condition.empty() ? "" : " WHERE (" + condition + "\n)") + ")";
  }

 private:
  std::map<std::string, std::string> conditions_;  // by relation of the source; empty: all rows
  std::set<std::pair<std::string, std::string>> has_values_;
};

bool is_found(Connection &source, const std::string &select) {
  return query_source(source, "SELECT EXISTS (" + select + ")").text(0, 0) == "t";
}

void look_at_foreign_keys(Connection &source, const CopiedRows &rows, std::vector<std::string> &problems) {
  Result keys = source.query(foreign_keys);
  for (int row = 0; row < keys.rows(); row++) {
    auto text = [&](const char *column) { return keys.text(row, column); };
    if (!rows.has(text("referencing_root")) || !rows.have_values(text("referencing_root"), text("names"))) continue;
    bool is_copied = rows.has(text("referenced_root"));
    std::string select =
        "SELECT FROM " +
        rows.of(text("referencing_columns"), text("only_referencing"), text("referencing"), text("referencing_root")) +
        " c WHERE " + text("filled");
    if (is_copied)
      select +=
          " AND NOT EXISTS (SELECT FROM " +
          rows.of(text("referenced_columns"), text("only_referenced"), text("referenced"), text("referenced_root")) +
          " p WHERE " + text("matches") + ")";
    if (!is_found(source, select)) continue;
    std::string start = text("referencing") + ": its foreign key " + text("name") + " references ";
    problems.push_back(
        is_copied ? start + "rows of " + text("referenced") +
                        " that are not there or are left out by a filter (repair them on the source, or filter " +
                        text("referencing") + " too)"
                  : start + text("referenced") + ", whose rows are not copied (exclude " + text("referencing") +
                        " too, or mask the column with null)");
  }
}

void look_at_checks(Connection &source, const CopiedRows &rows, std::vector<std::string> &problems) {
  Result checks = source.query(checks_on_time);
  for (int row = 0; row < checks.rows(); row++) {
    std::string relation = checks.text(row, "relation");
    std::string root = checks.text(row, "root");
    if (!rows.has(root)) continue;
    std::string select = "SELECT FROM " + rows.of("*", checks.text(row, "only_relation"), relation, root) +
                         " c WHERE (" + checks.text(row, "expression") + ") IS FALSE";
    if (is_found(source, select))
      problems.push_back(relation + ": rows no longer satisfy its constraint " + checks.text(row, "name") +
                         ", which looks at the time (filter them, or repair them on the source)");
  }
}

}  // namespace

std::vector<std::string> find_violations(Connection &source, Connection &target, const PlanRows &plan) {
  CopiedRows rows(target, plan);
  std::vector<std::string> problems;
  look_at_foreign_keys(source, rows, problems);
  look_at_checks(source, rows, problems);
  return problems;
}

}  // namespace client::clone

#include "push/tables.h"

#include "own_relations.h"

namespace client::push {

namespace {

// A hash differs between servers of other locales, and that of an enum between any two: rows below a hash partition go
// through the root. Of tables that belong to extensions, those with configuration have rows of users.
constexpr const char *tables =
    R"(
SELECT
  format('%I.%I', n.nspname, c.relname) AS relation,
  (SELECT format('%I.%I', rn.nspname, r.relname)
   FROM pg_class r
   JOIN pg_namespace rn ON rn.oid = r.relnamespace
   WHERE r.oid = pg_partition_root(c.oid)
     AND EXISTS (SELECT
                 FROM pg_partition_ancestors(c.oid) a(oid)
                 JOIN pg_partitioned_table p ON p.partrelid = a.oid
                 WHERE p.partstrat = 'h')) AS root,
  (SELECT '(' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')'
   FROM pg_attribute a
   WHERE a.attrelid = c.oid
     AND a.attnum > 0
     AND NOT a.attisdropped
     AND a.attgenerated = '') AS columns,
  e.condition,
  greatest(c.reltuples, 0) AS rows
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  SELECT u.condition
  FROM pg_extension x
  CROSS JOIN LATERAL unnest(x.extconfig, x.extcondition) u(relation, condition)
  WHERE u.relation = c.oid
    AND x.extname <> 'confiture') e ON true
WHERE c.relkind = 'r'
  AND )" IN_SCHEMA_OF_USERS R"(
  AND (e.condition IS NOT NULL OR )" OF_NO_EXTENSION R"()
ORDER BY pg_table_size(c.oid) DESC, relation)";

// Those of identity columns are made with their tables, and called alike.
constexpr const char *sequences =
    R"(
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S'
  AND )" IN_SCHEMA_OF_USERS R"(
  AND )" OF_NO_EXTENSION R"(
ORDER BY 1)";

}  // namespace

std::string PushTable::copy_out() const {
  if (condition.empty()) return "COPY " + relation + columns + " TO STDOUT";
  std::string list = columns.empty() ? "" : columns.substr(1, columns.size() - 2);
  return "COPY (SELECT " + list + " FROM " + relation + " " + condition + ") TO STDOUT";
}

std::vector<PushTable> find_tables(Connection &target) {
  std::vector<PushTable> all;
  Result found = target.query(tables);
  for (int row = 0; row < found.rows(); row++) {
    PushTable table;
    table.relation = found.text(row, "relation");
    table.columns = found.text(row, "columns");
    table.condition = found.text(row, "condition");
    table.rows = std::atof(found.text(row, "rows").c_str());
    table.is_own = found.is_null(row, "root") && found.is_null(row, "condition");
    table.into = found.is_null(row, "root") ? table.relation : found.text(row, "root");
    all.push_back(table);
  }
  return all;
}

std::vector<std::string> find_sequence_values(Connection &target) {
  std::vector<std::string> statements;
  Result found = target.query(sequences);
  for (int row = 0; row < found.rows(); row++) {
    std::string name = found.text(row, 0);
    Result value = target.query("SELECT last_value, is_called FROM " + name);
    statements.push_back("SELECT setval(" + quote_literal(name) + "::regclass, " + value.text(0, 0) + ", '" +
                         value.text(0, 1) + "')");
  }
  return statements;
}

bool has_large_objects(Connection &target) {
  return target.value("SELECT EXISTS (SELECT FROM pg_largeobject_metadata)") == "t";
}

}  // namespace client::push

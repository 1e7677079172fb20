#include "clone/schema.h"

#include "own_relations.h"
#include "source.h"
#include "sync_plan.h"

namespace client::clone {

namespace {

// Those of engines hold no configuration, but where the engine keeps rows of other tables.
constexpr const char *configuration =
    R"(
SELECT format('%I.%I', n.nspname, c.relname) AS relation, u.condition
FROM pg_extension e
CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) u(relation, condition)
JOIN pg_class c ON c.oid = u.relation
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND n.nspname NOT LIKE 'pg\_%'
  AND e.extname NOT IN ('confiture', 'timescaledb', 'citus')
ORDER BY 1)";

constexpr const char *unique_indexes =
    R"(
SELECT pg_get_indexdef(i.indexrelid)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique
  AND c.relkind IN ('r', 'p')
  AND )" IN_SCHEMA_OF_USERS R"(
  AND )" OF_NO_EXTENSION R"(
ORDER BY i.indexrelid)";

}  // namespace

bool has_tables(Connection &target) { return has_relations(target, "{r,p,v,m,f}"); }

// The archive comes through a pipe: it may have secrets in it (see read_archive()), and the target's is never on disk.
std::string dump_schema(const Tools &tools, const Connection &database, const std::string &encoding,
                        const std::string &directory, const std::string &snapshot) {
  ServiceFile service(database, directory, "pg_dump");
  std::vector<std::string> words = {tools.directory + "/pg_dump", "--schema-only",        "--format=custom",
                                    "--encoding=" + encoding,     "--no-privileges",      "--no-publications",
                                    "--no-subscriptions",         "--no-security-labels", "--no-password"};
  if (!snapshot.empty()) words.push_back("--snapshot=" + snapshot);
  return run_tool(words, service.environment());
}

std::vector<std::string> find_configuration(Connection &source) {
  std::vector<std::string> names;
  Result tables = source.query(configuration);
  for (int row = 0; row < tables.rows(); row++) {
    std::string name = tables.text(row, "relation");
    std::string select = "SELECT FROM " + name + " " + tables.text(row, "condition");
    if (query_source(source, "SELECT EXISTS (" + select + ")").text(0, 0) == "t") names.push_back(name);
  }
  return names;
}

void make_unique_indexes(Connection &source, Connection &target) {
  Result definitions = source.query(unique_indexes);
  for (int row = 0; row < definitions.rows(); row++) target.query(definitions.text(row, 0));
}

}  // namespace client::clone

#include "clone/schema.h"

#include <set>
#include <sstream>

#include "text_file.h"

namespace client::clone {

namespace {

constexpr const char *own_tables =
    R"(
SELECT 1
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT
                  FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass
                    AND d.objid = c.oid
                    AND d.deptype = 'e')
LIMIT 1)";

// Everything that the second section may contain. The OIDs of catalogs are the same in every database.
constexpr const char *identities =
    R"(
WITH objects(classid, objid) AS (
  SELECT 'pg_class'::regclass::oid, oid FROM pg_class WHERE relkind IN ('i', 'I')
  UNION ALL
  SELECT 'pg_constraint'::regclass, oid FROM pg_constraint
  UNION ALL
  SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL
  SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite
  UNION ALL
  SELECT 'pg_policy'::regclass, oid FROM pg_policy
  UNION ALL
  SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext)
SELECT classid, objid, classid || ' ' || (pg_identify_object(classid, objid, 0)).identity AS identity
FROM objects
WHERE objid >= 16384)";

constexpr const char *unique_indexes =
    R"(
SELECT pg_get_indexdef(i.indexrelid)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique
  AND c.relkind IN ('r', 'p')
  AND n.nspname NOT LIKE 'pg\_%'
  AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT
                  FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass
                    AND d.objid = c.oid
                    AND d.deptype = 'e')
ORDER BY i.indexrelid)";

// A line of pg_restore --list: "3380; 2606 16399 CONSTRAINT public users users_pkey postgres".
struct DumpEntry {
  std::string classid, objid, rest;
};

DumpEntry parse(const std::string &line) {
  DumpEntry entry;
  std::istringstream words(line.substr(line.find(';') + 1));
  words >> entry.classid >> entry.objid;
  std::getline(words, entry.rest);
  return entry;
}

// Writes the wanted entries of a section to a file for pg_restore --use-list, and returns its name.
template <typename Predicate>
std::string write_list(const Tools &tools, const std::string &section, const State &state, Predicate wanted) {
  std::string list =
      run_tool({tools.directory + "/pg_restore", "--list", "--section=" + section, state.file("schema.dump")}, {});
  std::string text;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line[0] != ';' && wanted(parse(line))) text += line + "\n";
  write_file(state.file("list"), text);
  return state.file("list");
}

}  // namespace

bool has_tables(Connection &target) { return !target.value(own_tables).empty(); }

void dump_schema(const Tools &tools, const ServiceFile &service, const State &state) {
  run_tool({tools.directory + "/pg_dump", "--schema-only", "--format=custom", "--no-owner", "--no-privileges",
            "--no-tablespaces", "--no-publications", "--no-subscriptions", "--no-security-labels", "--no-password",
            "--file=" + state.file("schema.dump")},
           service.environment());
}

void restore_tables(const Tools &tools, const ServiceFile &service, const State &state) {
  // A user mapping of the source may contain a password.
  std::string list = write_list(tools, "pre-data", state,
                                [](const DumpEntry &each) { return !each.rest.starts_with(" USER MAPPING "); });
  run_tool({tools.directory + "/pg_restore", "--section=pre-data", "--use-list=" + list, "--single-transaction",
            "--no-owner", "--no-privileges", "--no-password", "--dbname=service=confiture", state.file("schema.dump")},
           service.environment());
}

void restore_rest(const Tools &tools, const ServiceFile &service, const State &state, Connection &source,
                  Connection &target, int jobs) {
  std::set<std::string> present;
  Result in_target = target.query(identities);
  for (int row = 0; row < in_target.rows(); row++) present.insert(in_target.text(row, "identity"));
  std::set<std::string> restored;
  Result in_source = source.query(identities);
  for (int row = 0; row < in_source.rows(); row++)
    if (present.contains(in_source.text(row, "identity")))
      restored.insert(in_source.text(row, "classid") + " " + in_source.text(row, "objid"));
  std::string list = write_list(tools, "post-data", state, [&](const DumpEntry &each) {
    return !restored.contains(each.classid + " " + each.objid);
  });
  run_tool({tools.directory + "/pg_restore", "--section=post-data", "--use-list=" + list,
            "--jobs=" + std::to_string(jobs), "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
            "--dbname=service=confiture", state.file("schema.dump")},
           service.environment());
}

void make_unique_indexes(Connection &source, Connection &target) {
  Result definitions = source.query(unique_indexes);
  for (int row = 0; row < definitions.rows(); row++) target.query(definitions.text(row, 0));
}

}  // namespace client::clone

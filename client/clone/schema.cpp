#include "clone/schema.h"

#include <set>
#include <sstream>

#include "text_file.h"

namespace client::clone {

namespace {

constexpr const char *own_tables =
    "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', "
    "'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend "
    "d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') LIMIT 1";

// All that the second section may have, by the numbers of catalogs, which are the same everywhere.
constexpr const char *identities =
    "WITH objects(classid, objid) AS ("
    "  SELECT 'pg_class'::regclass::oid, oid FROM pg_class WHERE relkind IN ('i', 'I') "
    "  UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint "
    "  UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE NOT tgisinternal "
    "  UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite "
    "  UNION ALL SELECT 'pg_policy'::regclass, oid FROM pg_policy "
    "  UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger "
    "  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext) "
    "SELECT classid, objid, classid || ' ' || (pg_identify_object(classid, objid, 0)).identity AS identity "
    "FROM objects WHERE objid >= 16384";

constexpr const char *unique_indexes =
    "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON "
    "n.oid = c.relnamespace WHERE i.indisunique AND c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND "
    "n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass "
    "AND d.objid = c.oid AND d.deptype = 'e') ORDER BY i.indexrelid";

// A line of pg_restore --list: "3380; 2606 16399 CONSTRAINT public users users_pkey postgres".
struct Entry {
  std::string classid, objid, rest;
};

Entry parse(const std::string &line) {
  Entry one;
  std::istringstream words(line.substr(line.find(';') + 1));
  words >> one.classid >> one.objid;
  std::getline(words, one.rest);
  return one;
}

// The entries of a section that `wanted` wants, in a file for pg_restore.
template <typename Predicate>
std::string list_of(const Tools &with, const std::string &section, const State &in, Predicate wanted) {
  std::string all =
      run_tool({with.directory + "/pg_restore", "--list", "--section=" + section, in.file("schema.dump")}, {});
  std::string text;
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line[0] != ';' && wanted(parse(line))) text += line + "\n";
  write_file(in.file("list"), text);
  return in.file("list");
}

}  // namespace

bool has_tables(Connection &to) { return !to.value(own_tables).empty(); }

void dump_schema(const Tools &with, const Destination &source, const State &in) {
  run_tool({with.directory + "/pg_dump", "--schema-only", "--format=custom", "--no-owner", "--no-privileges",
            "--no-tablespaces", "--no-publications", "--no-subscriptions", "--no-security-labels", "--no-password",
            "--file=" + in.file("schema.dump")},
           source.environment());
}

void restore_tables(const Tools &with, const Destination &target, const State &in) {
  // A user mapping of the source has a password in it.
  std::string list =
      list_of(with, "pre-data", in, [](const Entry &each) { return !each.rest.starts_with(" USER MAPPING "); });
  run_tool({with.directory + "/pg_restore", "--section=pre-data", "--use-list=" + list, "--single-transaction",
            "--no-owner", "--no-privileges", "--no-password", "--dbname=service=confiture", in.file("schema.dump")},
           target.environment());
}

void restore_rest(const Tools &with, const Destination &target, const State &in, Connection &from, Connection &to,
                  int jobs) {
  std::set<std::string> there;
  Result in_target = to.query(identities);
  for (int row = 0; row < in_target.rows(); row++) there.insert(in_target.text(row, "identity"));
  std::set<std::string> done;
  Result in_source = from.query(identities);
  for (int row = 0; row < in_source.rows(); row++)
    if (there.contains(in_source.text(row, "identity")))
      done.insert(in_source.text(row, "classid") + " " + in_source.text(row, "objid"));
  std::string list = list_of(with, "post-data", in,
                             [&](const Entry &each) { return !done.contains(each.classid + " " + each.objid); });
  run_tool({with.directory + "/pg_restore", "--section=post-data", "--use-list=" + list,
            "--jobs=" + std::to_string(jobs), "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
            "--dbname=service=confiture", in.file("schema.dump")},
           target.environment());
}

void make_unique_indexes(Connection &from, Connection &to) {
  Result all = from.query(unique_indexes);
  for (int row = 0; row < all.rows(); row++) to.query(all.text(row, 0));
}

}  // namespace client::clone

#include "dump/without.h"

#include <algorithm>

#include "joined.h"

namespace client::dump {

namespace {

using clone::Entry;

constexpr const char *servers =
    R"(
SELECT s.srvname
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE w.fdwname = 'confiture')";

// "SERVER prod" is what pg_dump calls the comment and the privileges of a server; "USER MAPPING reader SERVER prod" is
// a mapping.
bool is_of_server(const Entry &entry, const std::set<std::string> &servers) {
  return std::ranges::any_of(servers, [&](const std::string &each) {
    if (entry.kind == "SERVER") return entry.name == each;
    if (entry.kind == "USER MAPPING") return entry.name.ends_with(" SERVER " + each);
    if (entry.kind == "ACL" || entry.kind == "COMMENT")
      return entry.name == "SERVER " + each || entry.name == "FOREIGN SERVER " + each;
    return false;
  });
}

bool is_of_confiture(const Entry &entry, const std::set<std::string> &servers) {
  if (entry.schema == "confiture") return true;
  if (entry.kind == "EXTENSION") return entry.name == "confiture";
  if (entry.kind == "ACL" || entry.kind == "COMMENT" || entry.kind == "SECURITY LABEL")
    for (const char *object : {"EXTENSION", "SCHEMA", "FOREIGN DATA WRAPPER"})
      if (entry.name == std::string(object) + " confiture") return true;
  return is_of_server(entry, servers);
}

}  // namespace

std::set<std::string> find_servers(Connection &target) {
  Result rows = target.query(servers);
  std::set<std::string> names;
  for (int row = 0; row < rows.rows(); row++) names.insert(rows.text(row, 0));
  return names;
}

Selection find_confiture(const clone::Contents &contents, const std::set<std::string> &servers) {
  Selection found;
  std::vector<std::string> tables;
  for (const clone::Listed &each : contents.all)
    if (is_of_confiture(each.entry, servers)) found.removed.insert(each.entry.id);
  // What needs one of these comes behind it, or in front of it.
  for (size_t before = 0; before != found.removed.size();) {
    before = found.removed.size();
    for (const auto &[entry, begin, end] : contents.all) {
      if (found.removed.contains(entry.id)) continue;
      if (std::ranges::none_of(entry.needs, [&](int id) { return found.removed.contains(id); })) continue;
      found.removed.insert(entry.id);
      if (entry.kind == "TABLE DATA" || entry.kind == "TABLE" || entry.kind == "MATERIALIZED VIEW")
        tables.push_back(entry.words());
      else if (entry.kind != "COMMENT" && entry.kind != "ACL")
        found.dependent.push_back(entry.words());
    }
  }
  if (!tables.empty())
    throw Error(ExitCode::refused, "tables hang on objects of Confiture, and cannot be dumped without them",
                "Change them, for example a default that calls a function of the schema confiture.",
                joined(tables, "\n"));
  return found;
}

std::string without(const std::string &bytes, const clone::Contents &contents, const std::set<int> &removed) {
  size_t kept = 0;
  std::string entries;
  for (const clone::Listed &each : contents.all) {
    if (removed.contains(each.entry.id)) continue;
    kept++;
    entries += bytes.substr(each.begin, each.end - each.begin);
  }
  std::string result = bytes.substr(0, contents.count_at);
  result += '\0';  // no sign
  for (unsigned i = 0; i < contents.integer_size; i++) result += static_cast<char>(i < 8 ? kept >> (8 * i) & 0xff : 0);
  return result + entries;
}

}  // namespace client::dump

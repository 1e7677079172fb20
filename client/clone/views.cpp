#include "clone/views.h"

#include <algorithm>
#include <set>

#include "clone/safe_message.h"

namespace client::clone {

namespace {

constexpr const char *views =
    R"(
SELECT n.nspname, c.relname, c.relispopulated
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm')";

constexpr const char *not_populated = "55000";  // also of other states that an object is not in

using Name = std::pair<std::string, std::string>;

std::set<Name> find_views(Connection &database, bool populated) {
  std::set<Name> names;
  Result rows = database.query(views);
  for (int row = 0; row < rows.rows(); row++)
    if (rows.is_true(row, "relispopulated") == populated) names.emplace(rows.text(row, 0), rows.text(row, 1));
  return names;
}

}  // namespace

Problems refresh_views(Connection &source, const Connection &target, const Archive &archive) {
  Connection connection = open_for_restore(target, archive);
  std::set<Name> populated = find_views(source, true);
  std::set<Name> empty = find_views(connection, false);
  std::vector<const Entry *> left;
  for (const Entry &each : archive.entries) {
    Name name = {each.schema, each.name};
    if (each.kind == "MATERIALIZED VIEW" && populated.contains(name) && empty.contains(name)) left.push_back(&each);
  }
  Problems problems;
  // One may read another through a function, which no catalog knows: it is tried again after the others.
  for (size_t before = 0; !left.empty() && left.size() != before;) {
    before = left.size();
    Problems reasons;
    std::erase_if(left, [&](const Entry *each) {
      try {
        connection.query("REFRESH MATERIALIZED VIEW " + quote_identifier(each->schema) + "." +
                         quote_identifier(each->name));
        return true;
      } catch (const ServerError &problem) {
        if (PQstatus(connection.handle()) == CONNECTION_BAD) throw;
        bool may_wait = problem.sqlstate() == not_populated;
        (may_wait ? reasons : problems)
            .push_back(each->words() + " cannot be refreshed: " + safe_message(problem) +
                       (problem.hint().empty() ? "" : " (" + problem.hint() + ")"));
        return !may_wait;
      }
    });
    if (left.size() == before) problems.insert(problems.end(), reasons.begin(), reasons.end());
  }
  return problems;
}

}  // namespace client::clone

#include "session.h"

#include <algorithm>

#include "closest.h"
#include "extension.h"
#include "joined.h"
#include "source.h"
#include "terminal.h"

namespace client {

namespace {

// With this no function of another schema is called by accident. The user's own search_path is kept for
// find_relation(). Names are quoted only where necessary, as in the control tables.
constexpr const char *pin =
    R"(
SELECT
  pg_catalog.set_config('confiture_client.schemas',
    pg_catalog.array_to_json(pg_catalog.current_schemas(true))::pg_catalog.text, false),
  pg_catalog.set_config('search_path', 'pg_catalog', false),
  pg_catalog.set_config('quote_all_identifiers', 'off', false))";

constexpr const char *look_up_relation =
    R"(
SELECT c.oid, format('%I.%I', n.nspname, c.relname)
FROM parse_ident($1) p
CROSS JOIN json_array_elements_text(current_setting('confiture_client.schemas')::json) WITH ORDINALITY s(name, position)
JOIN pg_namespace n ON n.nspname = CASE WHEN cardinality(p) = 2 THEN p[1] ELSE s.name END
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p[cardinality(p)]
WHERE cardinality(p) <= 2
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY s.position
LIMIT 1)";

constexpr const char *all_relations =
    R"(
SELECT quote_ident(c.relname), format('%I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT LIKE 'pg\_%'
  AND n.nspname NOT IN ('information_schema', 'confiture')
ORDER BY n.nspname, c.relname
LIMIT 20000)";

// "Did you mean public.users? ", or "" when no table has a similar name.
std::string similar_relation(Connection &target, const std::string &name) {
  Result relations = target.query(all_relations);
  int column = name.find('.') == std::string::npos ? 0 : 1;
  std::vector<std::string> names;
  for (int row = 0; row < relations.rows(); row++) names.push_back(relations.text(row, column));
  auto similar = closest(name, names);
  if (!similar) return "";
  auto row = static_cast<int>(std::ranges::find(names, *similar) - names.begin());
  return "Did you mean " + relations.text(row, 1) + "? ";
}

}  // namespace

void pin_session(Connection &target) { target.query(pin); }

Connection Session::connect_plain() const {
  std::vector<std::pair<std::string, std::string>> settings;
  auto add = [&](const char *keyword, const std::optional<std::string> &value) {
    if (value) settings.emplace_back(keyword, *value);
  };
  add("host", target_options.host);
  add("port", target_options.port);
  add("user", target_options.user);
  if (target_options.always_prompt) settings.emplace_back("password", ask_password("Password for the target: "));
  // libpq's message would quote a string that it cannot parse, and with it perhaps a password.
  if (target_options.dbname && is_connection_string(*target_options.dbname))
    parse_connection_string(*target_options.dbname);
  // Last, as in psql: a URI or a service wins over the other options.
  add("dbname", target_options.dbname);
  bool needs_password = false;
  auto connection =
      Connection::try_open(settings, "the target", target_options.never_prompt ? nullptr : &needs_password);
  if (!connection) {
    settings.insert(settings.begin(), {"password", ask_password("Password for the target: ")});
    connection = Connection::open(settings, "the target");
  }
  require_postgresql(*connection);
  pin_session(*connection);
  return std::move(*connection);
}

Connection Session::connect() const {
  Connection connection = connect_plain();
  (void)require_extension(connection);
  return connection;
}

std::string Session::source_name(Connection &target) const {
  Result sources = target.query(
      R"(
SELECT s.srvname
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE w.fdwname = 'confiture'
ORDER BY 1)");
  std::vector<std::string> names;
  for (int row = 0; row < sources.rows(); row++) names.push_back(sources.text(row, 0));
  if (server && std::ranges::find(names, *server) != names.end()) return *server;
  if (names.empty())
    throw Error(ExitCode::usage, server ? "there is no source " + *server : "there is no source yet",
                "\"confiture init\" sets one up.");
  if (server)
    throw Error(ExitCode::usage, "there is no source " + *server,
                did_you_mean(*server, names) + "Sources are " + joined(names) + ".");
  if (names.size() == 1) return names[0];
  throw Error(ExitCode::usage, "there are several sources: " + joined(names), "Say which one with --source.");
}

Relation Session::find_relation(Connection &target, const std::string &name) {
  Result found = target.query(look_up_relation, {name});
  if (found.rows() == 0)
    throw Error(ExitCode::usage, "there is no table " + name + " in the target",
                similar_relation(target, name) +
                    "Write names as in SQL: schema.table, with double quotes around names that are not in lower case.");
  return {found.text(0, 0), found.text(0, 1)};
}

}  // namespace client

#include "clone/carry.h"

namespace client::clone {

namespace {

constexpr const char *properties =
    R"(
SELECT format('ALTER DATABASE %I OWNER TO %I', $2::text, r.rolname), 'owner ' || r.rolname
FROM pg_database d
JOIN pg_roles r ON r.oid = d.datdba
WHERE d.datname = $1
  AND r.rolname <> CURRENT_USER
UNION ALL
SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', $2::text, d.datconnlimit), 'connection limit'
FROM pg_database d
WHERE d.datname = $1
  AND d.datconnlimit <> -1
UNION ALL
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $2::text), 'privileges of PUBLIC'
FROM pg_database d
WHERE d.datname = $1
  AND d.datacl IS NOT NULL
UNION ALL
SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, $2::text,
         CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END,
         CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END),
  format('%s for %s', a.privilege_type, coalesce(r.rolname, 'PUBLIC'))
FROM pg_database d
CROSS JOIN aclexplode(d.datacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE d.datname = $1
  AND a.grantee <> d.datdba)";

// A value as it is stored is none that SET takes, where it is a list: so each is set and then taken from the session.
constexpr const char *settings =
    R"(
SELECT split_part(c.setting, '=', 1), substr(c.setting, strpos(c.setting, '=') + 1),
  CASE WHEN s.setrole = 0 THEN format('ALTER DATABASE %I SET %s FROM CURRENT', $2::text, n.name)
       ELSE format('ALTER ROLE %I IN DATABASE %I SET %s FROM CURRENT', r.rolname, $2::text, n.name) END,
  'setting ' || split_part(c.setting, '=', 1) || coalesce(' of role ' || r.rolname, '')
FROM pg_db_role_setting s
JOIN pg_database d ON d.oid = s.setdatabase
LEFT JOIN pg_roles r ON r.oid = s.setrole
CROSS JOIN unnest(s.setconfig) c(setting)
CROSS JOIN LATERAL (
  SELECT string_agg(quote_ident(part), '.') AS name
  FROM string_to_table(split_part(c.setting, '=', 1), '.') part) n
WHERE d.datname = $1)";

// Runs a step in the open transaction, and nothing of it when it fails.
template <typename Step>
void attempt(Connection &connection, const std::string &name, std::vector<std::string> &problems, Step step) {
  connection.query("SAVEPOINT one");
  try {
    step();
    connection.query("RELEASE SAVEPOINT one");
  } catch (const ServerError &problem) {
    if (PQstatus(connection.handle()) == CONNECTION_BAD) throw;
    connection.query("ROLLBACK TO SAVEPOINT one");
    problems.push_back(name + ": " + problem.what());
  }
}

}  // namespace

std::vector<std::string> carry_privileges(const Contents &old, Connection &fresh) {
  std::vector<std::string> problems;
  Transaction all(fresh);
  for (const auto &[entry, begin, end] : old.all)
    if ((entry.kind == "ACL" && !entry.name.starts_with("DATABASE ")) || entry.kind == "DEFAULT ACL")
      attempt(fresh, entry.words(), problems, [&fresh, &definition = entry.definition] { fresh.query(definition); });
  all.commit();
  return problems;
}

std::vector<std::string> carry_settings(Connection &maintenance, const std::string &old, const std::string &fresh) {
  std::vector<std::string> problems;
  Result statements = maintenance.query(properties, {old, fresh});
  Result values = maintenance.query(settings, {old, fresh});
  for (int row = 0; row < statements.rows(); row++) {
    Transaction one(maintenance);
    attempt(maintenance, statements.text(row, 1), problems, [&] { maintenance.query(statements.text(row, 0)); });
    one.commit();
  }
  // A transaction for each: a value must not change how the next one is read.
  for (int row = 0; row < values.rows(); row++) {
    Transaction one(maintenance);
    attempt(maintenance, values.text(row, 3), problems, [&] {
      maintenance.query("SELECT set_config($1, $2, true)", {values.text(row, 0), values.text(row, 1)});
      maintenance.query(values.text(row, 2));
    });
    one.commit();
  }
  return problems;
}

}  // namespace client::clone

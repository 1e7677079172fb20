#include "privileges.h"

#include "joined.h"

namespace client {

namespace {

// $1: the server. What does not exist yet, the role will own.
constexpr const char *lacking =
    R"(
SELECT
  (SELECT format('GRANT USAGE ON FOREIGN DATA WRAPPER confiture TO %I', CURRENT_USER)
   WHERE NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = $1)
     AND NOT EXISTS (SELECT
                     FROM pg_foreign_data_wrapper
                     WHERE fdwname = 'confiture'
                       AND has_foreign_data_wrapper_privilege(oid, 'USAGE'))) AS wrapper,
  (SELECT format('GRANT USAGE ON FOREIGN SERVER %I TO %I', srvname, CURRENT_USER)
   FROM pg_foreign_server
   WHERE srvname = $1
     AND NOT has_server_privilege(oid, 'USAGE')) AS server,
  (SELECT format('GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO %I', CURRENT_USER)
   WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'confiture')
      OR EXISTS (SELECT
                 FROM pg_proc
                 WHERE pronamespace = to_regnamespace('confiture')
                   AND proname IN ('check_server', 'plan_sync', 'sync', 'resume', 'cancel', 'set_rule', 'keep')
                   AND NOT has_function_privilege(oid, 'EXECUTE'))) AS routines,
  (SELECT 1
   FROM pg_foreign_server
   WHERE srvname = $1
     AND NOT pg_has_role(srvowner, 'USAGE')) AS is_of_others,
  (SELECT format('GRANT CREATE ON DATABASE %I TO %I', current_database(), CURRENT_USER)
   WHERE NOT has_database_privilege(current_database(), 'CREATE')) AS database,
  (SELECT format('GRANT CREATE ON SCHEMA public TO %I', CURRENT_USER)
   FROM pg_namespace
   WHERE nspname = 'public'
     AND NOT has_schema_privilege(oid, 'CREATE')) AS public)";

bool is_superuser(Connection &connection) {
  return connection.value("SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER") == "t";
}

[[noreturn]] void refuse(Connection &connection, const std::string &message, const std::vector<std::string> &statements,
                         const std::string &then) {
  throw Error(ExitCode::refused, "the role " + connection.value("SELECT CURRENT_USER") + " " + message,
              "Let a superuser run " + then + ":\n  " + joined(statements, "\n  "));
}

}  // namespace

void require_privileges(Connection &target, const std::string &server, const std::vector<SetupStep> &steps,
                        bool makes_tables) {
  if (is_superuser(target)) return;
  Result found = target.query(lacking, {server});
  std::vector<std::string> statements;
  auto add = [&](const char *column) {
    if (!found.is_null(0, column)) statements.push_back(found.text(0, column) + ";");
  };
  for (const SetupStep &each : steps) {
    bool is_extension = each.statement.find(" EXTENSION confiture") != std::string::npos;
    bool is_of_others = each.statement.starts_with("ALTER SERVER ") && !found.is_null(0, "is_of_others");
    if (is_extension || is_of_others) statements.push_back(each.statement + ";");
  }
  for (const char *each : {"wrapper", "server", "routines"}) add(each);
  if (makes_tables)
    for (const char *each : {"database", "public"}) add(each);
  if (!statements.empty())
    refuse(target, "lacks privileges in database " + target.value("SELECT current_database()"), statements,
           "in that database");
}

void require_superuser(Connection &maintenance, const std::string &database, const std::string &create) {
  if (is_superuser(maintenance)) return;
  std::string role = quote_identifier(maintenance.value("SELECT CURRENT_USER"));
  refuse(maintenance, "cannot create a database with the extension in it, which wants a superuser",
         {create + " OWNER " + role + ";", "\\connect " + quote_identifier(database), "CREATE EXTENSION confiture;",
          "GRANT USAGE ON FOREIGN DATA WRAPPER confiture TO " + role + ";",
          "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO " + role + ";"},
         "this in psql, and leave out --create");
}

}  // namespace client

#include "extension.h"

namespace client {

namespace {

constexpr const char *installed = "SELECT extversion FROM pg_extension WHERE extname = 'confiture'";

// "0.1" of "0.1.0": the last number changes no function.
std::string series(const std::string &version) {
  size_t dot = version.find('.');
  return version.substr(0, dot == std::string::npos ? dot : version.find('.', dot + 1));
}

bool has_files(Connection &target) {
  return !target
              .value(R"(
SELECT 1
FROM pg_available_extension_versions
WHERE name = 'confiture'
  AND version = $1)",
                     {CONFITURE_VERSION})
              .empty();
}

std::string database_of(const Connection &target) { return PQdb(target.handle()); }

}  // namespace

std::string require_extension(Connection &target) {
  std::string version = target.value(installed);
  if (version.empty())
    throw Error(ExitCode::usage, "the database " + database_of(target) + " does not have the extension confiture",
                "\"confiture init\" sets it up.");
  if (series(version) == series(CONFITURE_VERSION)) return version;
  throw Error(ExitCode::usage,
              "the database " + database_of(target) + " has the extension confiture " + version +
                  ", and this client is of " + "version " CONFITURE_VERSION,
              has_files(target) ? "Let a superuser run there: ALTER EXTENSION confiture UPDATE TO '" CONFITURE_VERSION
                                  "';"
                                : "Install the extension of version " CONFITURE_VERSION
                                  " in the target's server and run ALTER EXTENSION confiture UPDATE, or use version " +
                                      version + " of the client.");
}

std::string plan_extension(Connection &target) {
  std::string version = target.value(installed);
  if (!version.empty() && series(version) == series(CONFITURE_VERSION)) return "";
  if (!has_files(target) && !version.empty()) (void)require_extension(target);
  if (!has_files(target))
    throw Error(ExitCode::usage,
                "the target's server does not have the files of the extension confiture " CONFITURE_VERSION,
                "Install them there, for its PostgreSQL: make && sudo make install.");
  return version.empty() ? "CREATE EXTENSION confiture" : "ALTER EXTENSION confiture UPDATE TO '" CONFITURE_VERSION "'";
}

void require_postgresql(const Connection &target) {
  constexpr int oldest = 150000;
  if (PQserverVersion(target.handle()) >= oldest) return;
  const char *version = PQparameterStatus(target.handle(), "server_version");
  throw Error(ExitCode::usage, "the target is PostgreSQL " +
                                   std::string(version != nullptr ? version : "of an unknown version") +
                                   ", and confiture needs 15 or later");
}

}  // namespace client

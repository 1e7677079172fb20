#include "push/destination.h"

#include <cstdlib>

#include "source_access.h"
#include "terminal.h"

namespace client::push {

namespace {

constexpr const char *sources =
    R"(
SELECT s.srvname,
  max(o.option_value) FILTER (WHERE o.option_name IN ('host', 'hostaddr')),
  coalesce(max(o.option_value) FILTER (WHERE o.option_name = 'port'), '5432'),
  max(o.option_value) FILTER (WHERE o.option_name = 'dbname')
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
CROSS JOIN pg_options_to_table(s.srvoptions) o
WHERE w.fdwname = 'confiture'
GROUP BY s.srvname)";

// A server made of a copy of another one's files has its identifier, but began at another moment.
constexpr const char *running_database =
    R"(
SELECT concat_ws('/', system_identifier, extract(epoch FROM pg_postmaster_start_time()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()))
FROM pg_control_system())";

void refuse_itself(Connection &target, Connection &destination) {
  if (target.value(running_database) == destination.value(running_database))
    throw Error(ExitCode::usage, "the destination is the target itself");
  Result all = target.query(sources);
  for (int row = 0; row < all.rows(); row++)
    if (all.text(row, 1) == PQhost(destination.handle()) && all.text(row, 2) == PQport(destination.handle()) &&
        all.text(row, 3) == PQdb(destination.handle()))
      throw Error(ExitCode::refused, "the destination is the source " + all.text(row, 0) + " of the target",
                  "--to is where the masked copy goes.");
}

}  // namespace

Connection open_destination(const PushOptions &options, Connection &target) {
  Settings settings = read_uri(options.to, "the destination", "CONFITURE_TO");
  if (options.password_file) settings.emplace_back("password", read_password_file(*options.password_file));
  unsetenv("PGPASSWORD");  // meant for the target
  bool needs_password = false;
  auto connection = Connection::try_open(settings, "the destination", is_interactive() ? &needs_password : nullptr);
  if (!connection) {
    settings.emplace_back("password", ask_password("Password for the destination: "));
    connection = Connection::open(settings, "the destination");
  }
  connection->query(
      "SET search_path = pg_catalog; SET quote_all_identifiers = off; SET statement_timeout = 0; "
      "SET client_min_messages = warning");
  refuse_itself(target, *connection);
  return std::move(*connection);
}

}  // namespace client::push

#include "source.h"

#include <cstdlib>
#include <memory>

#include "terminal.h"

namespace client {

namespace {

// The server's options, then those of the caller's user mapping, or of the one for PUBLIC.
constexpr const char *mapped_options =
    R"(
SELECT o.option_name, o.option_value
FROM pg_foreign_server s
CROSS JOIN pg_options_to_table(s.srvoptions) o
WHERE s.srvname = $1
UNION ALL
SELECT o.option_name, o.option_value
FROM (SELECT m.umoptions
      FROM pg_user_mappings m
      WHERE m.srvname = $1
        AND (m.usename = CURRENT_USER OR m.umuser = 0)
      ORDER BY m.umuser = 0
      LIMIT 1) m
CROSS JOIN pg_options_to_table(m.umoptions) o)";

constexpr const char *begin_transaction =
    R"(
SET search_path = pg_catalog;
SET datestyle = 'ISO, YMD';
SET intervalstyle = postgres;
SET extra_float_digits = 1;
SET bytea_output = hex;
SET lc_monetary = 'C';
SET quote_all_identifiers = off;
SET timezone = 'UTC';
SET statement_timeout = 0;
SET row_security = off;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY)";

// A function on the source may raise notices that quote values of a row.
void ignore_notice(void *, const PGresult *) {}

}  // namespace

Settings server_settings(Connection &target, const std::string &server) {
  Result options = target.query(mapped_options, {server});
  if (options.rows() == 0) throw Error(ExitCode::usage, "there is no source " + server);
  Settings all;
  for (int row = 0; row < options.rows(); row++)
    if (options.text(row, 0) != "password_required") all.emplace_back(options.text(row, 0), options.text(row, 1));
  return all;
}

const std::string *find_setting(const Settings &all, const std::string &keyword) {
  for (const auto &[name, value] : all)
    if (name == keyword) return &value;
  return nullptr;
}

cli::Option SourceUriOption::declare() {
  return {"--source-uri", "URI", &uri,
          "Where the client itself reaches the source (default: as the server's options and user mapping say)"};
}

bool is_connection_string(const std::string &text) {
  return text.find('=') != std::string::npos || text.starts_with("postgres://") || text.starts_with("postgresql://");
}

Settings parse_connection_string(const std::string &text) {
  char *message = nullptr;
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(text.c_str(), &message),
                                                                      PQconninfoFree);
  std::unique_ptr<char, decltype(&PQfreemem)> owned(message, PQfreemem);
  // libpq's message may quote the text, and with it a password. A password with an unescaped @, : or / may end up as
  // the port, which a later message would quote.
  Settings all;
  bool is_good = parsed != nullptr;
  for (const PQconninfoOption *each = parsed.get(); is_good && each->keyword != nullptr; each++) {
    if (each->val == nullptr) continue;
    all.emplace_back(each->keyword, each->val);
    if (all.back().first == "port") is_good = all.back().second.find_first_not_of("0123456789,") == std::string::npos;
  }
  if (!is_good)
    throw Error(ExitCode::usage, "invalid URI or connection string",
                "Write postgresql://user@host:port/database, and @, :, / and % in a name as %40, %3A, %2F and %25.");
  return all;
}

void refuse_password_in(const cli::GivenText &uri, const std::string &whose, const std::string &variable) {
  if (!uri.value || (uri.origin != cli::Origin::command_line && uri.origin != cli::Origin::config_file)) return;
  for (const auto &[keyword, value] : parse_connection_string(*uri.value))
    if (keyword == "password" || keyword == "sslpassword")
      throw Error(ExitCode::usage, "the URI of " + whose + " contains a password that other users could read",
                  "Leave it out: it is read from --password-file or ~/.pgpass, or asked for. "
                  "The environment variable " +
                      variable + " may contain one.");
}

Connection open_source(Connection &target, const std::string &server, const cli::GivenText &uri) {
  refuse_password_in(uri);
  return open_source(uri.value ? parse_connection_string(*uri.value) : server_settings(target, server));
}

Connection open_source(Settings settings) {
  // PGPASSWORD is meant for the target.
  unsetenv("PGPASSWORD");
  bool needs_password = false;
  auto connection = Connection::try_open(settings, "the source", is_interactive() ? &needs_password : nullptr);
  if (!connection) {
    settings.emplace_back("password", ask_password("Password for the source: "));
    connection = Connection::open(settings, "the source");
  }
  PQsetNoticeReceiver(connection->handle(), ignore_notice, nullptr);
  begin_comparable(*connection);
  return std::move(*connection);
}

void begin_comparable(Connection &source) { source.query(begin_transaction); }

Result query_source(Connection &source, const std::string &sql, const Parameters &values) {
  try {
    return source.query(sql, values);
  } catch (const ServerError &problem) {
    const std::string &state = problem.sqlstate();
    for (const char *harmless : {"08", "42", "57", "53", "28"})
      if (state.starts_with(harmless)) throw;
    throw Error(ExitCode::failed, "the source reports an error (SQLSTATE " + state + ")", "",
                "The message could quote a value and is withheld.");
  }
}

}  // namespace client

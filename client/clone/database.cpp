#include "clone/database.h"

#include <cstdlib>

#include "privileges.h"
#include "source.h"

namespace client::clone {

namespace {

// As in a connection string.
std::string quoted(const std::string &value) {
  std::string text = "'";
  for (char c : value) text += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return text + "'";
}

// Catalogs older than 15, 16 and 17 lack some of the columns.
constexpr const char *locale_query =
    R"(
SELECT
  pg_encoding_to_char(d.encoding),
  d.datcollate,
  d.datctype,
  CASE j ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
  coalesce(j ->> 'datlocale', j ->> 'daticulocale'),
  j ->> 'daticurules'
FROM pg_database d
CROSS JOIN to_jsonb(d) j
WHERE d.datname = current_database())";

std::string create_statement(const std::string &name, const Locale &locale, const std::string &tablespace) {
  std::string sql = "CREATE DATABASE " + quote_identifier(name) + " TEMPLATE template0 ENCODING " +
                    quote_literal(locale.encoding) + " LOCALE_PROVIDER " + locale.provider + " LC_COLLATE " +
                    quote_literal(locale.collate) + " LC_CTYPE " + quote_literal(locale.ctype);
  if (!locale.locale.empty())
    sql += (locale.provider == "icu" ? " ICU_LOCALE " : " BUILTIN_LOCALE ") + quote_literal(locale.locale);
  if (!locale.rules.empty()) sql += " ICU_RULES " + quote_literal(locale.rules);
  if (!tablespace.empty()) sql += " TABLESPACE " + quote_identifier(tablespace);
  return sql;
}

}  // namespace

std::string Locale::words() const {
  return encoding + ", " + (locale.empty() ? collate : provider + " " + locale) +
         (ctype == collate ? "" : ", LC_CTYPE " + ctype);
}

Locale read_locale(Connection &database) {
  Result row = database.query(locale_query);
  Locale found = {row.text(0, 0), row.text(0, 1), row.text(0, 2), row.text(0, 3), row.text(0, 4), row.text(0, 5)};
  // Another provider's locale may be set and mean nothing.
  if (found.provider == "libc") found.locale = found.rules = "";
  return found;
}

std::string database_identity(Connection &database) {
  return database.value(R"(
SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system())");
}

std::string dump_encoding(Connection &database) {
  return database.value(R"(
SELECT CASE current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END)");
}

std::string database_name(const Session &session) {
  std::string name = session.target_options.dbname.value_or("");
  if (is_connection_string(name)) {
    std::string dbname;
    for (const auto &[keyword, value] : parse_connection_string(name))
      if (keyword == "dbname") dbname = value;
    name = dbname;
  }
  const char *environment = std::getenv("PGDATABASE");
  if (name.empty() && environment != nullptr) name = environment;
  if (name.empty())
    throw Error(ExitCode::usage, "the name of the database is missing",
                "Give it with -d: confiture clone URI --create -d staging");
  return name;
}

Session in_database(const Session &session, const std::string &name) {
  Session other = session;
  other.target_options.dbname = name;
  if (session.target_options.dbname && is_connection_string(*session.target_options.dbname)) {
    std::string text = "dbname=" + quoted(name);
    for (const auto &[keyword, value] : parse_connection_string(*session.target_options.dbname))
      if (keyword != "dbname") text += " " + keyword + "=" + quoted(value);
    other.target_options.dbname = text;
  } else if (is_connection_string(name)) {
    other.target_options.dbname = "dbname=" + quoted(name);
  }
  return other;
}

bool create_database(const Session &session, const std::string &name, const std::string &tablespace,
                     const std::function<Locale(const Connection &target)> &find_locale) {
  Connection connection = in_database(session, "postgres").connect_plain();
  if (!connection.value("SELECT 1 FROM pg_database WHERE datname = $1", {name}).empty()) return false;
  Locale locale = find_locale(connection);
  require_superuser(connection, name, create_statement(name, locale, tablespace));
  try {
    connection.query(create_statement(name, locale, tablespace));
  } catch (const ServerError &problem) {
    throw Error(ExitCode::failed, "cannot create a database like the source's (" + locale.words() + ")",
                "Create it yourself, as alike as the target's server allows, and leave out --create.", problem.what());
  }
  return true;
}

}  // namespace client::clone

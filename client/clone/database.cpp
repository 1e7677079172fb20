#include "clone/database.h"

#include <cstdlib>

#include "source.h"

namespace client::clone {

namespace {

// As in a connection string.
std::string quoted(const std::string &value) {
  std::string text = "'";
  for (char c : value) text += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return text + "'";
}

}  // namespace

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

bool create_database(const Session &session, const std::string &name, const std::function<void()> &before) {
  Session maintenance = session;
  maintenance.target_options.dbname = "postgres";
  if (session.target_options.dbname && is_connection_string(*session.target_options.dbname)) {
    std::string text = "dbname=postgres";
    for (const auto &[keyword, value] : parse_connection_string(*session.target_options.dbname))
      if (keyword != "dbname") text += " " + keyword + "=" + quoted(value);
    maintenance.target_options.dbname = text;
  }
  Connection connection = maintenance.connect_plain();
  if (!connection.value("SELECT 1 FROM pg_database WHERE datname = $1", {name}).empty()) return false;
  before();
  connection.query("CREATE DATABASE " + quote_identifier(name) + " TEMPLATE template0");
  return true;
}

}  // namespace client::clone

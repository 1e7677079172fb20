#include "clone/database.h"

#include <cstdlib>

#include "source.h"

namespace client::clone {

namespace {

std::string quoted(const std::string &value) {
  std::string text = "'";
  for (char c : value) text += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string database_name(const Session &in) {
  std::string named = in.target.dbname.value_or("");
  if (is_connection_string(named)) {
    std::string found;
    for (const auto &[keyword, value] : parse_connection_string(named))
      if (keyword == "dbname") found = value;
    named = found;
  }
  const char *environment = std::getenv("PGDATABASE");
  if (named.empty() && environment != nullptr) named = environment;
  if (named.empty())
    throw Error(ExitCode::usage, "say which database is to be made", "confiture clone URI --create -d staging");
  return named;
}

bool create_database(const Session &in, const std::string &name, const std::function<void()> &before) {
  Session there = in;
  there.target.dbname = "postgres";
  if (in.target.dbname && is_connection_string(*in.target.dbname)) {
    std::string text = "dbname=postgres";
    for (const auto &[keyword, value] : parse_connection_string(*in.target.dbname))
      if (keyword != "dbname") text += " " + keyword + "=" + quoted(value);
    there.target.dbname = text;
  }
  Connection to = there.connect_plain();
  if (!to.value("SELECT 1 FROM pg_database WHERE datname = $1", {name}).empty()) return false;
  before();
  to.query("CREATE DATABASE " + quote_identifier(name) + " TEMPLATE template0");
  return true;
}

}  // namespace client::clone

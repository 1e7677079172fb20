#include "source_access.h"

#include <cstdlib>
#include <iostream>

#include "secret_file.h"
#include "terminal.h"

namespace client {

namespace {

void put(Settings &all, const std::string &keyword, const std::string &value) {
  std::erase_if(all, [&](const auto &each) { return each.first == keyword; });
  all.emplace_back(keyword, value);
}

std::string first_line(std::istream &stream) {
  std::string line;
  std::getline(stream, line);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

std::string read_password_file(const std::string &name) {
  std::string password = read_secret(name, "password file");
  if (password.empty()) throw Error(ExitCode::usage, "there is no password in " + name);
  return password;
}

Settings read_uri(cli::GivenText uri, const std::string &whose, const std::string &variable) {
  if (uri.value == "-") uri = {first_line(std::cin), cli::Origin::environment};
  if (!uri.value)
    throw Error(ExitCode::usage, "the URI of " + whose + " is missing",
                "Give postgresql://user@host/database, or set " + variable + ".");
  refuse_password_in(uri, whose, variable);
  Settings all = parse_connection_string(*uri.value);
  if (find_setting(all, "service") == nullptr) {
    if (find_setting(all, "host") == nullptr && find_setting(all, "hostaddr") == nullptr)
      throw Error(ExitCode::usage, "the URI of " + whose + " names no host",
                  "A socket's directory is written as in postgresql:///app?host=/var/run/postgresql&user=reader.");
    if (find_setting(all, "dbname") == nullptr)
      throw Error(ExitCode::usage, "the URI of " + whose + " names no database");
    if (find_setting(all, "port") == nullptr) put(all, "port", "5432");
  }
  if (find_setting(all, "user") == nullptr) throw Error(ExitCode::usage, "the URI of " + whose + " names no user");
  return all;
}

Settings SourceAccess::read() const {
  return read_uri(argument.value ? argument : source.uri, "the source", "CONFITURE_SOURCE_URI");
}

// That the client does not reach the source proves nothing: the target's server may.
void SourceAccess::find_password(Settings &source, const Output &out) const {
  if (password_file) return put(source, "password", read_password_file(*password_file));
  if (find_setting(source, "password") != nullptr) return;
  unsetenv("PGPASSWORD");  // meant for the target
  Settings probe = source;
  if (find_setting(probe, "connect_timeout") == nullptr) put(probe, "connect_timeout", "5");
  bool needs_password = false;
  try {
    auto connection = Connection::try_open(probe, "the source", &needs_password);
    if (connection) {
      if (PQconnectionUsedPassword(connection->handle()) != 0) put(source, "password", PQpass(connection->handle()));
      return;
    }
  } catch (const Error &problem) {
    out.note(
        printable(std::string(problem.what()) + " from the client; the target's server may still reach it.", true));
    if (!is_interactive()) return;
    needs_password = true;
  }
  std::string typed = ask_password("Password of " + *find_setting(source, "user") + " on the source: ");
  if (!typed.empty()) put(source, "password", typed);
}

std::vector<cli::Option> SourceAccess::declare() {
  return {
      {"URI", "", &argument,
       "The source as the target's server reaches it: postgresql://user@host:port/database; - reads it from standard "
       "input"},
      source.declare(),
      {
          .names = "--password-file",
          .value = "FILE",
          .destination = &password_file,
          .help = "A file whose first line is the source's password: readable by you alone, or a mounted secret",
          .completion = cli::Completion::files,
      },
  };
}

}  // namespace client

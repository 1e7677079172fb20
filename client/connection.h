// A connection to a PostgreSQL server, and what a statement returned.
#pragma once

#include <libpq-fe.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"

namespace client {

// An error that the server reported; its SQLSTATE decides about the exit code.
class server_error : public error {
 public:
  server_error(exit_code code, const std::string &message, const std::string &hint, const std::string &detail,
               std::string sqlstate)
      : error(code, message, hint, detail), sqlstate_(std::move(sqlstate)) {}
  const std::string &sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

using parameter = std::optional<std::string>;
using parameters = std::vector<parameter>;

class result {
 public:
  explicit result(PGresult *from) : result_(from, PQclear) {}
  int rows() const { return PQntuples(result_.get()); }
  int columns() const { return PQnfields(result_.get()); }
  std::string column_name(int column) const { return PQfname(result_.get(), column); }
  bool is_number(int column) const;
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string text(int row, int column) const {  // "" for NULL
    return {PQgetvalue(result_.get(), row, column), static_cast<size_t>(PQgetlength(result_.get(), row, column))};
  }
  std::string text(int row, const char *column) const { return text(row, number_of(column)); }
  bool is_null(int row, const char *column) const { return is_null(row, number_of(column)); }
  bool is_true(int row, const char *column) const { return text(row, column) == "t"; }
  long long number(int row, const char *column) const { return std::atoll(text(row, column).c_str()); }

 private:
  int number_of(const char *column) const { return PQfnumber(result_.get(), column); }
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

// Called while a statement runs, a few times a second: what a live view hangs on.
using ticker = std::function<void()>;

class connection {
 public:
  // libpq's keywords and values; `what` names the server in messages. Throws when there is no connection.
  static connection open(const std::vector<std::pair<std::string, std::string>> &settings, const std::string &what);
  // As above, but tells whether only a password was missing.
  static std::optional<connection> try_open(const std::vector<std::pair<std::string, std::string>> &settings,
                                            const std::string &what, bool *needs_password);

  // Runs one statement, or several when there are no parameters. Ctrl-C cancels it on the server.
  result query(const std::string &sql, const parameters &values = {}, const ticker &tick = {});
  // The first column of the first row.
  std::string value(const std::string &sql, const parameters &values = {});

  PGconn *handle() const { return conn_.get(); }

 private:
  explicit connection(PGconn *conn) : conn_(conn, PQfinish) {}
  std::unique_ptr<PGconn, decltype(&PQfinish)> conn_;
};

// Undone unless committed.
class transaction {
 public:
  explicit transaction(connection &in, const std::string &begin = "BEGIN") : in_(in) { in_.query(begin); }
  transaction(const transaction &) = delete;
  transaction &operator=(const transaction &) = delete;
  ~transaction();
  void commit();
  void roll_back();

 private:
  connection &in_;
  bool open_ = true;
};

std::string quote_identifier(const std::string &name);
std::string quote_literal(const std::string &text);

// The notices of servers, which go to stderr.
void show_notices(bool on);

}  // namespace client

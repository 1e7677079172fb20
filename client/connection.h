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

// An error that the server reported; its SQLSTATE decides the exit code.
class ServerError : public Error {
 public:
  ServerError(ExitCode code, const std::string &message, const std::string &hint, const std::string &detail,
              std::string sqlstate)
      : Error(code, message, hint, detail), sqlstate_(std::move(sqlstate)) {}
  const std::string &sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

using Parameter = std::optional<std::string>;
using Parameters = std::vector<Parameter>;

class Result {
 public:
  explicit Result(PGresult *result) : result_(result, PQclear) {}
  int rows() const { return PQntuples(result_.get()); }
  int columns() const { return PQnfields(result_.get()); }
  std::string column_name(int column) const { return PQfname(result_.get(), column); }
  bool is_number(int column) const;
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  PGresult *get() const { return result_.get(); }
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

// Keywords of libpq and their values; of two with the same keyword the later wins.
using Settings = std::vector<std::pair<std::string, std::string>>;

struct WhileWaiting {
  // Called ten times a second; a live view is drawn here.
  std::function<void()> tick = {};
  // Called at Ctrl-C, instead of sending a cancel request to the server.
  std::function<void()> cancel = {};
};

class Connection {
 public:
  // `server` names the server in messages. Throws when the connection fails.
  static Connection open(const std::vector<std::pair<std::string, std::string>> &settings, const std::string &server);
  // As above, but returns nothing and sets *needs_password when all that was missing is a password.
  static std::optional<Connection> try_open(const std::vector<std::pair<std::string, std::string>> &settings,
                                            const std::string &server, bool *needs_password);

  // Runs one statement, or several when there are no parameters, and returns the last result. Ctrl-C cancels it on the
  // server.
  Result query(const std::string &sql, const Parameters &values = {}, const WhileWaiting &meanwhile = {});
  // Runs COPY … FROM STDIN with these bytes.
  void copy_in(const std::string &sql, const std::string &data);
  // Asks the server to cancel the statement that runs.
  void ask_to_cancel();
  // The first column of the first row; "" when there is none, or NULL.
  std::string value(const std::string &sql, const Parameters &values = {});

  // Another connection to the same server, as the same role, with the password given before.
  Connection another(const std::string &server) const;

  PGconn *handle() const { return handle_.get(); }

 private:
  explicit Connection(PGconn *handle) : handle_(handle, PQfinish) {}
  std::unique_ptr<PGconn, decltype(&PQfinish)> handle_;
};

// Throws the error of a statement, or of the connection where the result is none.
[[noreturn]] void raise(const PGresult *result, const PGconn *handle, bool interrupted = false);

// Statements whose result is collected later, without waiting, while another connection is busy.
class BackgroundQuery {
 public:
  explicit BackgroundQuery(Connection &connection) : connection_(connection) {}
  void start(const std::string &sql, const Parameters &values);
  bool is_running() const { return running_; }
  // The last result, or nothing if it has not arrived yet. Throws as query() does.
  std::optional<Result> take();

 private:
  Connection &connection_;
  Result last_{nullptr};
  bool running_ = false;
};

// A transaction that is rolled back unless it is committed.
class Transaction {
 public:
  explicit Transaction(Connection &connection, const std::string &begin = "BEGIN") : connection_(connection) {
    connection_.query(begin);
  }
  Transaction(const Transaction &) = delete;
  Transaction &operator=(const Transaction &) = delete;
  ~Transaction();
  void commit();
  void roll_back();

 private:
  Connection &connection_;
  bool open_ = true;
};

std::string quote_identifier(const std::string &name);
std::string quote_literal(const std::string &text);
// A text[] as a parameter; NULL for an empty list.
Parameter array_literal(const std::vector<std::string> &values);

// Notices of servers go to stderr unless they are switched off.
void show_notices(bool connection);
// Sends them to `writer` instead; an empty one restores stderr.
void redirect_notices(std::function<void(const std::string &)> writer);

}  // namespace client

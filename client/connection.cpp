#include "connection.h"

#include <array>
#include <cstdlib>
#include <iostream>

#include "hints.h"
#include "interrupt.h"
#include "printable.h"

namespace client {

namespace {

bool notices_shown = true;
std::function<void(const std::string &)> notice_writer;

std::string field(const PGresult *result, int code) {
  const char *text = PQresultErrorField(result, code);
  return text != nullptr ? text : "";
}

void show_notice(void *, const PGresult *notice) {
  if (!notices_shown) return;
  std::string text = printable(field(notice, PG_DIAG_SEVERITY) + ": " + field(notice, PG_DIAG_MESSAGE_PRIMARY));
  std::string detail = field(notice, PG_DIAG_MESSAGE_DETAIL);
  std::string hint = field(notice, PG_DIAG_MESSAGE_HINT);
  if (!detail.empty()) text += "\nDETAIL: " + printable(detail, true);
  if (!hint.empty()) text += "\nHINT: " + printable(as_commands(hint), true);
  if (notice_writer)
    notice_writer(text);
  else
    std::cerr << text << '\n';
}

// Entries of two characters stand for a whole class.
ExitCode exit_code_for(const std::string &sqlstate) {
  constexpr std::array connection = {"08", "28", "57P01", "57P02", "57P03", "53300", "2F003"};
  constexpr std::array refused = {"55000", "42804"};
  constexpr std::array usage = {"22023", "2201W", "22004", "22P02", "22007", "42601", "42602", "42703",
                                "42704", "42809", "42883", "42P01", "3F000", "3D000", "HV00D", "42P10"};
  auto is_in = [&](const auto &list) {
    for (const char *each : list)
      if (sqlstate.starts_with(each)) return true;
    return false;
  };
  if (is_in(connection)) return ExitCode::connection;
  if (is_in(refused)) return ExitCode::refused;
  if (is_in(usage)) return ExitCode::usage;
  return ExitCode::failed;
}

std::string without_line_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

int send(PGconn *handle, const std::string &sql, const Parameters &values) {
  if (values.empty()) return PQsendQuery(handle, sql.c_str());
  std::vector<const char *> texts;
  for (const Parameter &each : values) texts.push_back(each ? each->c_str() : nullptr);
  return PQsendQueryParams(handle, sql.c_str(), static_cast<int>(texts.size()), nullptr, texts.data(), nullptr, nullptr,
                           0);
}

bool is_good(const PGresult *result) {
  ExecStatusType status = PQresultStatus(result);
  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

// Discards what is left of a failed statement.
void skip_results(PGconn *handle) {
  while (PGresult *rest = PQgetResult(handle)) PQclear(rest);
}

}  // namespace

void raise(const PGresult *result, const PGconn *handle, bool interrupted) {
  std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  if (interrupted && sqlstate == "57014")
    throw Error(ExitCode::interrupted, "cancelled", field(result, PG_DIAG_MESSAGE_HINT));
  std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = without_line_end(PQerrorMessage(handle));
  ExitCode code = PQstatus(handle) == CONNECTION_BAD ? ExitCode::connection : exit_code_for(sqlstate);
  throw ServerError(code, message, field(result, PG_DIAG_MESSAGE_HINT), field(result, PG_DIAG_MESSAGE_DETAIL),
                    sqlstate);
}

void show_notices(bool show) { notices_shown = show; }
void redirect_notices(std::function<void(const std::string &)> writer) { notice_writer = std::move(writer); }

bool Result::is_number(int column) const {
  switch (PQftype(result_.get(), column)) {
    case 20:    // bigint
    case 21:    // smallint
    case 23:    // integer
    case 701:   // double precision
    case 1700:  // numeric
      return true;
    default:
      return false;
  }
}

std::optional<Connection> Connection::try_open(const std::vector<std::pair<std::string, std::string>> &settings,
                                               const std::string &server, bool *needs_password) {
  std::vector<const char *> keywords;
  std::vector<const char *> values;
  for (const auto &[keyword, value] : settings) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  // These come last and win. All text in this program is UTF-8.
  for (auto [keyword, value] :
       {std::pair("fallback_application_name", "confiture"), std::pair("client_encoding", "UTF8")}) {
    keywords.push_back(keyword);
    values.push_back(value);
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  Connection connection(PQconnectdbParams(keywords.data(), values.data(), 1));
  if (!connection.handle()) throw std::bad_alloc();
  if (PQstatus(connection.handle()) != CONNECTION_OK) {
    if (needs_password != nullptr && PQconnectionNeedsPassword(connection.handle()) != 0) {
      *needs_password = true;
      return std::nullopt;
    }
    throw Error(ExitCode::connection, "cannot connect to " + server, "",
                without_line_end(PQerrorMessage(connection.handle())));
  }
  PQsetNoticeReceiver(connection.handle(), show_notice, nullptr);
  return connection;
}

Connection Connection::open(const std::vector<std::pair<std::string, std::string>> &settings,
                            const std::string &server) {
  return std::move(*try_open(settings, server, nullptr));
}

Connection Connection::another(const std::string &server) const {
  std::vector<std::pair<std::string, std::string>> settings;
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(handle()), PQconninfoFree);
  for (const PQconninfoOption *each = options.get(); each != nullptr && each->keyword != nullptr; each++)
    if (each->val != nullptr) settings.emplace_back(each->keyword, each->val);
  // With several hosts: the one that answered.
  if (*PQhost(handle()) != '\0') settings.emplace_back("host", PQhost(handle()));
  settings.emplace_back("port", PQport(handle()));
  return open(settings, server);
}

void Connection::ask_to_cancel() {
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(handle()), PQfreeCancel);
  std::array<char, 256> ignored = {};
  if (cancel) PQcancel(cancel.get(), ignored.data(), ignored.size());
}

Result Connection::query(const std::string &sql, const Parameters &values, const WhileWaiting &meanwhile) {
  constexpr int tick_milliseconds = 100;
  InterruptGuard guard;
  if (send(handle(), sql, values) == 0) raise(nullptr, handle(), false);
  bool interrupted = false;
  Result last(nullptr);
  while (true) {
    while (PQisBusy(handle()) != 0) {
      guard.wait(PQsocket(handle()), meanwhile.tick ? tick_milliseconds : 60000);
      if (guard.take_signal()) {
        if (interrupted) throw Error(ExitCode::interrupted, "interrupted");
        interrupted = true;
        meanwhile.cancel ? meanwhile.cancel() : ask_to_cancel();
      }
      if (PQconsumeInput(handle()) == 0) raise(nullptr, handle(), interrupted);
      if (meanwhile.tick) meanwhile.tick();
    }
    PGresult *next = PQgetResult(handle());
    if (next == nullptr) break;
    Result current(next);
    if (!is_good(next)) {
      skip_results(handle());
      raise(next, handle(), interrupted);
    }
    last = std::move(current);
  }
  return last;
}

void Connection::copy_in(const std::string &sql, const std::string &data) {
  Result begun(PQexec(handle(), sql.c_str()));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) {
    skip_results(handle());
    raise(begun.get(), handle(), false);
  }
  if (PQputCopyData(handle(), data.data(), static_cast<int>(data.size())) != 1 || PQputCopyEnd(handle(), nullptr) != 1)
    raise(nullptr, handle(), false);
  Result ended(PQgetResult(handle()));
  skip_results(handle());
  if (!is_good(ended.get())) raise(ended.get(), handle(), false);
}

void BackgroundQuery::start(const std::string &sql, const Parameters &values) {
  if (send(connection_.handle(), sql, values) == 0) raise(nullptr, connection_.handle(), false);
  running_ = true;
}

std::optional<Result> BackgroundQuery::take() {
  if (!running_) return std::nullopt;
  if (PQconsumeInput(connection_.handle()) == 0) raise(nullptr, connection_.handle(), false);
  while (PQisBusy(connection_.handle()) == 0) {
    PGresult *next = PQgetResult(connection_.handle());
    if (next == nullptr) {
      running_ = false;
      if (!is_good(last_.get())) raise(last_.get(), connection_.handle(), false);
      return std::move(last_);
    }
    last_ = Result(next);
  }
  return std::nullopt;
}

std::string Connection::value(const std::string &sql, const Parameters &values) {
  Result result = query(sql, values);
  return result.rows() > 0 ? result.text(0, 0) : "";
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.query("ROLLBACK");
  } catch (...) {  // the connection is lost, and the transaction with it
  }
}

void Transaction::commit() {
  open_ = false;
  connection_.query("COMMIT");
}

void Transaction::roll_back() {
  open_ = false;
  connection_.query("ROLLBACK");
}

// As the server's functions of these names. They need no connection to be safe: all text is UTF-8, quotes are doubled.
std::string quote_identifier(const std::string &name) {
  std::string quoted = "\"";
  for (char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string quote_literal(const std::string &text) {
  std::string quoted = "'";
  bool escapes = false;
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
    escapes = escapes || c == '\\';
  }
  return (escapes ? " E" : "") + quoted + "'";
}

Parameter array_literal(const std::vector<std::string> &values) {
  if (values.empty()) return std::nullopt;
  std::string text;
  for (const std::string &value : values) {
    text += text.empty() ? "{\"" : ",\"";
    for (char c : value) text += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    text += '"';
  }
  return text + "}";
}

}  // namespace client

#include "connection.h"

#include <array>
#include <cstdlib>
#include <iostream>

#include "interrupt.h"
#include "output.h"

namespace client {

namespace {

bool notices = true;

std::string field(const PGresult *from, int code) {
  const char *text = PQresultErrorField(from, code);
  return text != nullptr ? text : "";
}

void show_notice(void *, const PGresult *notice) {
  if (!notices) return;
  std::cerr << printable(field(notice, PG_DIAG_SEVERITY) + ": " + field(notice, PG_DIAG_MESSAGE_PRIMARY)) << '\n';
  std::string detail = field(notice, PG_DIAG_MESSAGE_DETAIL);
  std::string hint = field(notice, PG_DIAG_MESSAGE_HINT);
  if (!detail.empty()) std::cerr << "DETAIL: " << printable(detail, true) << '\n';
  if (!hint.empty()) std::cerr << "HINT: " << printable(hint, true) << '\n';
}

// By class where the whole class means the same.
exit_code code_of(const std::string &sqlstate) {
  constexpr std::array connection = {"08", "28", "57P01", "57P02", "57P03", "53300", "2F003"};
  constexpr std::array refused = {"55000", "42804"};
  constexpr std::array usage = {"22023", "22004", "42601", "42602", "42703", "42704", "42809",
                                "42883", "42P01", "3F000", "3D000", "HV00D", "42P10"};
  auto is_in = [&](const auto &list) {
    for (const char *each : list)
      if (sqlstate.starts_with(each)) return true;
    return false;
  };
  if (is_in(connection)) return exit_code::connection;
  if (is_in(refused)) return exit_code::refused;
  if (is_in(usage)) return exit_code::usage;
  return exit_code::failed;
}

std::string without_line_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

[[noreturn]] void raise(const PGresult *from, const PGconn *conn, bool interrupted) {
  std::string sqlstate = field(from, PG_DIAG_SQLSTATE);
  if (interrupted && sqlstate == "57014") throw error(exit_code::interrupted, "cancelled");
  std::string message = field(from, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = without_line_end(PQerrorMessage(conn));
  exit_code code = PQstatus(conn) == CONNECTION_BAD ? exit_code::connection : code_of(sqlstate);
  throw server_error(code, message, field(from, PG_DIAG_MESSAGE_HINT), field(from, PG_DIAG_MESSAGE_DETAIL), sqlstate);
}

void ask_to_cancel(PGconn *conn) {
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(conn), PQfreeCancel);
  std::array<char, 256> ignored = {};
  if (cancel) PQcancel(cancel.get(), ignored.data(), ignored.size());
}

}  // namespace

void show_notices(bool on) { notices = on; }

bool result::is_number(int column) const {
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

std::optional<connection> connection::try_open(const std::vector<std::pair<std::string, std::string>> &settings,
                                               const std::string &what, bool *needs_password) {
  std::vector<const char *> keywords;
  std::vector<const char *> values;
  for (const auto &[keyword, value] : settings) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  // Our own come last and win. What we print and read is UTF-8.
  for (auto [keyword, value] :
       {std::pair("fallback_application_name", "confiture"), std::pair("client_encoding", "UTF8")}) {
    keywords.push_back(keyword);
    values.push_back(value);
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  connection made(PQconnectdbParams(keywords.data(), values.data(), 1));
  if (!made.handle()) throw std::bad_alloc();
  if (PQstatus(made.handle()) != CONNECTION_OK) {
    if (needs_password != nullptr && PQconnectionNeedsPassword(made.handle()) != 0) {
      *needs_password = true;
      return std::nullopt;
    }
    throw error(exit_code::connection, "cannot connect to " + what, "",
                without_line_end(PQerrorMessage(made.handle())));
  }
  PQsetNoticeReceiver(made.handle(), show_notice, nullptr);
  return made;
}

connection connection::open(const std::vector<std::pair<std::string, std::string>> &settings, const std::string &what) {
  return std::move(*try_open(settings, what, nullptr));
}

result connection::query(const std::string &sql, const parameters &values, const ticker &tick) {
  constexpr int tick_milliseconds = 200;
  std::vector<const char *> texts;
  for (const parameter &each : values) texts.push_back(each ? each->c_str() : nullptr);
  interrupt_guard guard;
  int sent = values.empty() ? PQsendQuery(handle(), sql.c_str())
                            : PQsendQueryParams(handle(), sql.c_str(), static_cast<int>(texts.size()), nullptr,
                                                texts.data(), nullptr, nullptr, 0);
  if (sent == 0) raise(nullptr, handle(), false);
  bool interrupted = false;
  result last(nullptr);
  while (true) {
    while (PQisBusy(handle()) != 0) {
      guard.wait(PQsocket(handle()), tick ? tick_milliseconds : 60000);
      if (guard.take_signal()) {
        if (interrupted) throw error(exit_code::interrupted, "interrupted");
        interrupted = true;
        ask_to_cancel(handle());
      }
      if (PQconsumeInput(handle()) == 0) raise(nullptr, handle(), interrupted);
      if (tick) tick();
    }
    PGresult *next = PQgetResult(handle());
    if (next == nullptr) break;
    ExecStatusType status = PQresultStatus(next);
    result current(next);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      // The rest of what the server says belongs to the failed statement.
      while (PGresult *rest = PQgetResult(handle())) PQclear(rest);
      raise(next, handle(), interrupted);
    }
    last = std::move(current);
  }
  return last;
}

std::string connection::value(const std::string &sql, const parameters &values) {
  result got = query(sql, values);
  return got.rows() > 0 ? got.text(0, 0) : "";
}

transaction::~transaction() {
  if (!open_) return;
  try {
    in_.query("ROLLBACK");
  } catch (...) {  // the connection is gone, and the transaction with it
  }
}

void transaction::commit() {
  open_ = false;
  in_.query("COMMIT");
}

void transaction::roll_back() {
  open_ = false;
  in_.query("ROLLBACK");
}

// As the server's own functions, which need no connection to be safe: all text is UTF-8 here, quotes are doubled.
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

}  // namespace client

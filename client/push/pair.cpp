#include "push/pair.h"

#include <memory>

#include "source.h"

namespace client::push {

namespace {

// As of a statement; throws what the server reported.
void require(PGconn *handle, const PGresult *result, ExecStatusType status) {
  if (PQresultStatus(result) != status) raise(result, handle);
}

void consume(PGconn *handle) {
  if (PQconsumeInput(handle) == 0) raise(nullptr, handle);
}

// Returns whether everything is on its way.
bool flush(PGconn *handle) {
  int left = PQflush(handle);
  if (left < 0) raise(nullptr, handle);
  return left == 0;
}

}  // namespace

void begin_reading(Connection &from, const std::string &snapshot) {
  begin_comparable(from);
  from.query("SET TRANSACTION SNAPSHOT " + quote_literal(snapshot));
  from.query("SELECT set_config('client_encoding', current_setting('server_encoding'), false)");
}

void begin_writing(Connection &to, Connection &from) {
  to.query("SET datestyle = 'ISO, YMD'; SET intervalstyle = postgres; SET lc_monetary = 'C'");
  to.query("SELECT set_config('client_encoding', $1, false)", {from.value("SHOW server_encoding")});
}

Pair::Pair(Connection from, Connection to) : from_(std::move(from)), to_(std::move(to)) {
  PQsetnonblocking(to_.handle(), 1);
}

double Pair::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

void Pair::start(const PushTable &table, bool is_sent) {
  table_ = &table;
  is_sent_ = is_sent;
  sent_ = {};
  began_ = std::chrono::steady_clock::now();
  from_is_open_ = is_blocked_ = has_more_ = false;
  to_is_open_ = !is_sent;
  if (PQsendQuery(from_.handle(), table.copy_out().c_str()) == 0) raise(nullptr, from_.handle());
  // The table is empty. TRUNCATE also lets a server with wal_level = minimal write no WAL for its rows.
  std::string begin = "BEGIN; " + (table.is_own ? "TRUNCATE TABLE ONLY " + table.into + "; " : "") + table.copy_in();
  if (is_sent && PQsendQuery(to_.handle(), begin.c_str()) == 0) raise(nullptr, to_.handle());
  state_ = State::opening;
}

bool Pair::collect_waits(std::vector<pollfd> &inputs) const {
  if (state_ == State::idle) return false;
  if (has_more_) return true;
  bool reads = !from_is_open_ || (state_ == State::copying && !is_blocked_);
  if (reads) inputs.push_back({PQsocket(from_.handle()), POLLIN, 0});
  bool answers = !to_is_open_ || state_ == State::ending || state_ == State::marking;
  auto events = static_cast<short>((answers ? POLLIN : 0) | (is_blocked_ ? POLLOUT : 0));
  if (events != 0) inputs.push_back({PQsocket(to_.handle()), events, 0});
  return false;
}

bool Pair::advance() {
  if (state_ == State::opening) open();
  if (state_ == State::copying) copy();
  if (state_ == State::ending) end();
  if (state_ == State::marking) mark();
  return state_ == State::idle;
}

void Pair::open() {
  if (is_sent_) is_blocked_ = !flush(to_.handle());
  consume(from_.handle());
  if (!from_is_open_ && PQisBusy(from_.handle()) == 0) {
    Result opened(PQgetResult(from_.handle()));
    require(from_.handle(), opened.get(), PGRES_COPY_OUT);
    from_is_open_ = true;
  }
  if (!to_is_open_) consume(to_.handle());
  while (!to_is_open_ && PQisBusy(to_.handle()) == 0) {
    Result next(PQgetResult(to_.handle()));
    to_is_open_ = PQresultStatus(next.get()) == PGRES_COPY_IN;
    if (!to_is_open_) require(to_.handle(), next.get(), PGRES_COMMAND_OK);
  }
  if (from_is_open_ && to_is_open_) state_ = State::copying;
}

void Pair::copy() {
  constexpr double at_a_time = 1 << 20;  // then others have their turn
  constexpr double between_flushes = 1 << 16;
  consume(from_.handle());
  double began = sent_.bytes;
  double flushed = sent_.bytes;
  has_more_ = false;
  is_blocked_ = is_sent_ && !flush(to_.handle());
  while (!is_blocked_) {
    if (sent_.bytes - began > at_a_time) {
      has_more_ = true;
      return;
    }
    char *bytes = nullptr;
    int length = PQgetCopyData(from_.handle(), &bytes, 1);
    if (length == 0) return;
    if (length < 0) break;
    std::unique_ptr<char, decltype(&PQfreemem)> row(bytes, PQfreemem);
    sent_.add(bytes, static_cast<size_t>(length));
    if (!is_sent_) continue;
    if (PQputCopyData(to_.handle(), bytes, length) != 1) raise(nullptr, to_.handle());
    if (sent_.bytes - flushed < between_flushes) continue;
    flushed = sent_.bytes;
    is_blocked_ = !flush(to_.handle());
  }
  if (is_blocked_) return;
  Result read(PQgetResult(from_.handle()));
  require(from_.handle(), read.get(), PGRES_COMMAND_OK);
  while (PGresult *rest = PQgetResult(from_.handle())) PQclear(rest);
  state_ = is_sent_ ? State::ending : State::idle;
  if (is_sent_ && PQputCopyEnd(to_.handle(), nullptr) != 1) raise(nullptr, to_.handle());
}

void Pair::end() {
  is_blocked_ = !flush(to_.handle());
  consume(to_.handle());
  while (PQisBusy(to_.handle()) == 0) {
    Result next(PQgetResult(to_.handle()));
    if (next.get() != nullptr) {
      require(to_.handle(), next.get(), PGRES_COMMAND_OK);
      continue;
    }
    std::string rest = Journal::mark(table_->relation, sent_) + "; ";
    if (table_->is_own) rest += "ANALYZE " + table_->into + "; ";
    if (PQsendQuery(to_.handle(), (rest + "COMMIT").c_str()) == 0) raise(nullptr, to_.handle());
    state_ = State::marking;
    return;
  }
}

void Pair::mark() {
  is_blocked_ = !flush(to_.handle());
  consume(to_.handle());
  while (PQisBusy(to_.handle()) == 0) {
    Result next(PQgetResult(to_.handle()));
    if (next.get() == nullptr) {
      state_ = State::idle;
      return;
    }
    require(to_.handle(), next.get(), PGRES_COMMAND_OK);
  }
}

}  // namespace client::push

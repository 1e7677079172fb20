#include "push/rows.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "clone/restore.h"
#include "clone/safe_message.h"
#include "interrupt.h"
#include "push/pair.h"
#include "run/narrator.h"

namespace client::push {

namespace {

using std::chrono::steady_clock;

class RowsPush {
 public:
  RowsPush(const RowsPlan &plan, const Connection &target, const Connection &destination, const clone::Archive &archive,
           const Output &out)
      : plan_(plan), target_(target), destination_(destination), archive_(archive), out_(out), narrator_(out) {}

  Pushed run() {
    size_t number = std::min(static_cast<size_t>(std::max(1, plan_.jobs)), plan_.tables.size());
    for (size_t i = 0; i < number; i++) pairs_.push_back(open_pair());
    InterruptGuard guard;
    while (start_tables()) {
      wait(guard);
      show();
    }
    narrator_.clear();
    std::ranges::sort(pushed_.problems);
    std::ranges::sort(pushed_.changed);
    return pushed_;
  }

 private:
  std::unique_ptr<Pair> open_pair() const {
    Connection from = target_.another("the target");
    begin_reading(from, plan_.snapshot);
    Connection to = clone::open_for_restore(destination_, archive_);
    begin_writing(to, from);
    return std::make_unique<Pair>(std::move(from), std::move(to));
  }

  // Gives idle pairs a table. Returns whether any is at work.
  bool start_tables() {
    bool busy = false;
    for (auto &pair : pairs_) {
      if (pair->is_idle() && next_ < plan_.tables.size()) {
        const PushTable &table = plan_.tables[next_++];
        pair->start(table, !plan_.finished.contains(table.relation));
      }
      busy = busy || !pair->is_idle();
    }
    return busy;
  }

  void wait(InterruptGuard &guard) {
    std::vector<pollfd> inputs;
    bool is_ready = false;
    for (const auto &pair : pairs_) is_ready = pair->collect_waits(inputs) || is_ready;
    guard.wait(inputs.data(), inputs.size(), is_ready ? 0 : 100);
    // The servers roll back when the connections close.
    if (guard.take_signal()) throw Error(ExitCode::interrupted, "interrupted", "--resume continues.");
    for (auto &pair : pairs_)
      if (!pair->is_idle()) advance(pair);
  }

  void advance(std::unique_ptr<Pair> &pair) {
    const PushTable &table = *pair->table();
    try {
      if (!pair->advance()) return;
    } catch (const ServerError &problem) {
      if (problem.code() == ExitCode::connection) throw;
      pushed_.problems.push_back(table.relation + ": " + clone::safe_message(problem));
      tables_over_++;
      pair = open_pair();
      return;
    }
    tables_over_++;
    const Sent &sent = pair->sent();
    auto before = plan_.finished.find(table.relation);
    if (before != plan_.finished.end()) {
      if (!(before->second == sent)) pushed_.changed.push_back(table.relation);
      return;
    }
    pushed_.total.rows += sent.rows;
    pushed_.total.bytes += sent.bytes;
    narrator_.say({{"", table.relation, "done", "", sent.rows, pair->seconds()}});
  }

  void show() {
    if (steady_clock::now() < next_look_) return;
    next_look_ = steady_clock::now() + std::chrono::milliseconds(200);
    run::RunProgress all;
    all.server = PQdb(destination_.handle());
    all.has_total = true;
    all.phase = "pushing";
    all.tables = static_cast<int>(plan_.tables.size());
    all.tables_over = tables_over_;
    all.tables_waiting = static_cast<int>(plan_.tables.size() - next_);
    all.workers = static_cast<int>(pairs_.size());
    double now = std::chrono::duration<double>(steady_clock::now() - began_).count();
    all.seconds = now;
    all.total.rows = pushed_.total.rows;
    for (const auto &pair : pairs_) {
      if (pair->is_idle() || plan_.finished.contains(pair->table()->relation)) continue;
      run::TableProgress table;
      table.name = pair->table()->relation;
      table.phase = "copying";
      table.amount = amount(table.name, pair->sent().rows, pair->table()->rows, now);
      all.total.rows += pair->sent().rows;
      all.running.push_back(table);
    }
    double expected = 0;
    for (const PushTable &each : plan_.tables)
      if (!plan_.finished.contains(each.relation)) expected += each.rows;
    all.total = amount("", all.total.rows, expected, now);
    narrator_.show({all}, "");
  }

  run::Amount amount(const std::string &name, double rows, double expected, double now) {
    run::Amount all;
    all.rows = rows;
    all.part = expected > 0 ? std::min(1.0, rows / expected) : run::unknown;
    all.rate = rates_[name].add(now, rows);
    return all;
  }

  const RowsPlan &plan_;
  const Connection &target_;
  const Connection &destination_;
  const clone::Archive &archive_;
  const Output &out_;
  run::Narrator narrator_;
  std::vector<std::unique_ptr<Pair>> pairs_;
  size_t next_ = 0;
  int tables_over_ = 0;
  Pushed pushed_;
  std::map<std::string, run::RateMeter> rates_;
  steady_clock::time_point began_ = steady_clock::now(), next_look_ = began_ + std::chrono::milliseconds(200);
};

}  // namespace

Pushed push_rows(const RowsPlan &plan, const Connection &target, const Connection &destination,
                 const clone::Archive &archive, const Output &out) {
  return RowsPush(plan, target, destination, archive, out).run();
}

}  // namespace client::push

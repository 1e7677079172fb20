// The progress of runs, read over a separate connection while they run.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "connection.h"

namespace client::run {

constexpr double unknown = -1;

struct Amount {
  double rows = 0;
  double part = unknown;  // 0 to 1
  double rate = unknown;  // rows per second, over the last seconds
  double seconds_left() const { return part > 0 && part < 1 && rate > 0 ? rows * (1 / part - 1) / rate : unknown; }
};

struct TableProgress {
  std::string name;
  std::string phase;
  Amount amount;
};

struct RunProgress {
  std::string id;
  std::string title() const { return id.empty() ? "push" : "run " + id; }
  std::string server;
  std::string phase;
  std::string step;  // after the rows: "foreign keys"; "" before
  int step_done = 0;
  int step_total = 0;          // 0: unknown, or one piece of work
  int tables_waiting = 0;      // to come
  double byte_rate = unknown;  // a second, over the last ones
  std::string waiting_for;     // the locks that its processes wait for, one a line
  int tables = 0;
  int tables_over = 0;  // done or failed
  int workers = 0;
  double seconds = 0;
  bool has_total = false;  // false for a run in one transaction, which shows nothing but its current table
  Amount total;
  std::vector<TableProgress> running;
};

// Keeps numbers from going back: a chunk that commits between two reads of the view may be in neither of them.
class ForwardOnly {
 public:
  // Returns the amount, or what it was where that is more.
  Amount add(const Amount &amount);

 private:
  double rows_ = 0;
  double part_ = unknown;
};

// A rate over the last five seconds. That since the start would be wrong for a resumed run, and late for a next table.
class RateMeter {
 public:
  // Takes the rows so far at a time, in seconds. Returns rows per second, or `unknown` while there is too little to go
  // by.
  double add(double seconds, double rows);

 private:
  std::deque<std::pair<double, double>> samples_;
};

// A table that is done or failed.
struct TableEnd {
  std::string run, name, state, error;
  double rows = 0;
  double seconds = 0;
};

class Watcher {
 public:
  // Which runs to watch: the one that a process leads, the one with an id, or all.
  struct Selection {
    Parameter leader = {};
    Parameter run = {};
  };
  Watcher(Connection connection, Selection selection);
  Watcher(const Watcher &) = delete;
  Watcher &operator=(const Watcher &) = delete;

  // Sends the next query, or takes the answer to the last, without waiting. Returns whether there is news.
  bool poll();
  const std::vector<RunProgress> &runs() const { return runs_; }
  // The tables that ended since the last call.
  std::vector<TableEnd> take_ends() { return std::exchange(ends_, {}); }
  // Collects the tables that have ended by now, over a connection that is free. A run that is over has left the
  // progress view.
  void look_for_ends(Connection &target, const std::vector<std::string> &runs);
  // The run of the leader, once it has started; "" for an atomic one, which no other session sees.
  const std::string &run_id() const { return run_id_; }
  // Cancels a run as soon as the connection is free.
  void cancel(const std::string &run) { to_cancel_ = run; }

 private:
  enum class Question { progress, ends, cancel };
  void ask(Question next, const std::string &sql, const Parameters &values);
  void take_progress(const Result &result);
  bool ends_are_new() const;
  void take_new_ends(const Result &result);

  Connection connection_;
  Selection selection_;
  BackgroundQuery query_;
  Question asked_ = Question::progress;
  std::chrono::steady_clock::time_point asked_at_ = {}, next_at_ = {};
  std::vector<RunProgress> runs_;
  std::map<std::string, RateMeter> rates_;       // by run and table
  std::map<std::string, RateMeter> byte_rates_;  // by run
  std::map<std::string, ForwardOnly> amounts_;   // by run and table
  std::map<std::string, int> ends_seen_;         // by run
  std::set<std::string> announced_;              // run and table
  std::vector<TableEnd> ends_;
  std::string run_id_;
  std::string to_cancel_;
};

}  // namespace client::run

// How far runs are, looked up over a connection of its own while they run.
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
  double rate = unknown;  // rows a second, of late
  double seconds_left() const { return part > 0 && part < 1 && rate > 0 ? rows * (1 / part - 1) / rate : unknown; }
};

struct TableProgress {
  std::string name;
  std::string phase;
  Amount amount;
};

struct RunProgress {
  std::string id;
  std::string server;
  std::string phase;
  int tables = 0;
  int tables_over = 0;  // done or failed
  int workers = 0;
  double seconds = 0;
  bool has_total = false;  // a run in one transaction shows the table in work and nothing more
  Amount total;
  std::vector<TableProgress> running;
};

// A rate over the last seconds: that since the start says little of a run that was resumed, or of its next table.
class RateMeter {
 public:
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
  // What to watch: the run of a leading process, that of a number, or all.
  struct Target {
    Parameter leader = {};
    Parameter run = {};
  };
  Watcher(Connection connection, Target runs);
  Watcher(const Watcher &) = delete;
  Watcher &operator=(const Watcher &) = delete;

  // Asks for news, and takes what has come, without waiting. True when there is some.
  bool poll();
  const std::vector<RunProgress> &runs() const { return runs_; }
  // The tables that came to an end since the last call.
  std::vector<TableEnd> take_ends() { return std::exchange(ends_, {}); }
  // Takes the ends there are by now, over a connection that is free; those of a run that is over are in no progress.
  void look_for_ends(Connection &to, const std::vector<std::string> &runs);
  // Of the run of a leader, once it has started. An atomic one has none that others could see.
  const std::string &run_id() const { return run_id_; }
  // Stops a run as soon as the connection is free.
  void cancel(const std::string &run) { to_cancel_ = run; }

 private:
  enum class Question { progress, ends, cancel };
  void ask(Question next, const std::string &sql, const Parameters &values);
  void take_progress(const Result &from);
  bool ends_are_new() const;
  void take_new_ends(const Result &from);

  Connection connection_;
  Target watched_;
  BackgroundQuery query_;
  Question asked_ = Question::progress;
  std::chrono::steady_clock::time_point asked_at_ = {}, next_at_ = {};
  std::vector<RunProgress> runs_;
  std::map<std::string, RateMeter> rates_;
  std::map<std::string, int> ends_seen_;  // by run
  std::set<std::string> told_;            // run and table
  std::vector<TableEnd> ends_;
  std::string run_id_;
  std::string to_cancel_;
};

}  // namespace client::run

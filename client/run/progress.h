// How far runs are, looked up over a connection of its own while they run.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "../connection.h"

namespace client::run {

constexpr double unknown = -1;

struct amount {
  double rows = 0;
  double part = unknown;  // 0 to 1
  double rate = unknown;  // rows a second, of late
  double seconds_left() const { return part > 0 && part < 1 && rate > 0 ? rows * (1 / part - 1) / rate : unknown; }
};

struct table_progress {
  std::string name;
  std::string phase;
  amount how_much;
};

struct run_progress {
  std::string id;
  std::string server;
  std::string phase;
  int tables = 0;
  int tables_over = 0;  // done or failed
  int workers = 0;
  double seconds = 0;
  bool has_total = false;  // a run in one transaction shows the table in work and nothing more
  amount total;
  std::vector<table_progress> running;
};

// A rate over the last seconds: that since the start says little of a run that was resumed, or of its next table.
class rate_meter {
 public:
  double add(double seconds, double rows);

 private:
  std::deque<std::pair<double, double>> samples_;
};

// A table that is done or failed.
struct table_end {
  std::string run, name, state, error;
  double rows = 0;
  double seconds = 0;
};

class watcher {
 public:
  // What to watch: the run of a leading process, that of a number, or all.
  struct target {
    parameter leader = {};
    parameter run = {};
  };
  watcher(connection over, target what);
  watcher(const watcher &) = delete;
  watcher &operator=(const watcher &) = delete;

  // Asks for news, and takes what has come, without waiting. True when there is some.
  bool poll();
  const std::vector<run_progress> &runs() const { return runs_; }
  // The tables that came to an end since the last call.
  std::vector<table_end> take_ends() { return std::exchange(ends_, {}); }
  // Takes the ends there are by now, over a connection that is free; those of a run that is over are in no progress.
  void look_for_ends(connection &to, const std::vector<std::string> &runs);
  // Of the run of a leader, once it has started. An atomic one has none that others could see.
  const std::string &run_id() const { return run_id_; }
  // Stops a run as soon as the connection is free.
  void cancel(const std::string &run) { to_cancel_ = run; }

 private:
  enum class question { progress, ends, cancel };
  void ask(question next, const std::string &sql, const parameters &values);
  void take_progress(const result &from);
  bool ends_are_new() const;
  void take_new_ends(const result &from);

  connection over_;
  target what_;
  background_query query_;
  question asked_ = question::progress;
  std::chrono::steady_clock::time_point asked_at_ = {}, next_at_ = {};
  std::vector<run_progress> runs_;
  std::map<std::string, rate_meter> rates_;
  std::map<std::string, int> ends_seen_;  // by run
  std::set<std::string> told_;            // run and table
  std::vector<table_end> ends_;
  std::string run_id_;
  std::string to_cancel_;
};

}  // namespace client::run

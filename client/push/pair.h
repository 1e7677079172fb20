// Two connections, and the table whose rows go from one to the other. Nothing here waits: a loop polls all pairs.
#pragma once

#include <poll.h>

#include <chrono>
#include <vector>

#include "connection.h"
#include "push/journal.h"
#include "push/tables.h"

namespace client::push {

// Sets a connection to the target up for reading the snapshot.
void begin_reading(Connection &from, const std::string &snapshot);
// Sets a connection to the destination up for text as the other one writes it.
void begin_writing(Connection &to, Connection &from);

class Pair {
 public:
  Pair(Connection from, Connection to);

  // Begins with a table; without `is_sent` its rows are only read.
  void start(const PushTable &table, bool is_sent);
  bool is_idle() const { return state_ == State::idle; }
  // Does what can be done without waiting. Returns whether the table is done. Throws when it failed; then a transaction
  // may be open on either side.
  bool advance();
  // Adds what it waits for. Returns whether it need not wait.
  bool collect_waits(std::vector<pollfd> &inputs) const;

  const PushTable *table() const { return table_; }
  const Sent &sent() const { return sent_; }
  double seconds() const;

 private:
  //   opening ──▶ copying ──▶ ending ──▶ marking ──▶ idle        the destination has accepted all rows, and committed
  //                  └───────────────────────────────▶           nothing is sent
  enum class State { idle, opening, copying, ending, marking };

  void open();
  void copy();
  void end();
  void mark();

  Connection from_, to_;
  State state_ = State::idle;
  const PushTable *table_ = nullptr;
  bool is_sent_ = false;
  bool from_is_open_ = false, to_is_open_ = false;
  bool is_blocked_ = false;  // the destination takes no more
  bool has_more_ = false;    // left off, not to keep other pairs waiting
  Sent sent_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace client::push

// The rows of all tables, from one snapshot of the target, by parallel pairs of connections.
//
//   target ──COPY TO STDOUT──▶ client ──COPY FROM STDIN──▶ destination
//                              one loop, no process or file      BEGIN; TRUNCATE; COPY …; mark; COMMIT
//
// The mark is in the transaction of the rows: of a client that dies at any moment, the destination has a table with its
// mark, or neither.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clone/archive.h"
#include "connection.h"
#include "output.h"
#include "push/journal.h"
#include "push/tables.h"

namespace client::push {

struct Pushed {
  Sent total;                         // of the tables that were sent by this call
  std::vector<std::string> problems;  // what could not be sent, and why
  std::vector<std::string> changed;   // tables that were sent before, and have other rows now
};

struct RowsPlan {
  std::vector<PushTable> tables;
  std::map<std::string, Sent> finished;  // sent before: these are read again, and compared
  std::string snapshot;                  // exported by the target
  int jobs = 2;
};

Pushed push_rows(const RowsPlan &plan, const Connection &target, const Connection &destination,
                 const clone::Archive &archive, const Output &out);

}  // namespace client::push

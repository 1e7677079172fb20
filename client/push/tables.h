// What holds rows in the target, as its snapshot has it.
#pragma once

#include <string>
#include <vector>

#include "connection.h"

namespace client::push {

struct PushTable {
  std::string relation;   // schema-qualified, quoted
  std::string into;       // the same, or the root of its partitions
  std::string columns;    // "(a, b)", without those that are generated; "" for a table without columns
  std::string condition;  // which rows; "" for all
  double rows = 0;        // as the server's statistics have it
  bool is_own = true;     // the push made the table, and nothing else writes to it

  std::string copy_out() const;
  std::string copy_in() const { return "COPY " + into + columns + " FROM STDIN"; }
};

// The largest first, over a connection with the snapshot.
std::vector<PushTable> find_tables(Connection &target);

// The statements that set all sequences to their values in the target.
std::vector<std::string> find_sequence_values(Connection &target);

// Whether the target has large objects, which belong to no table.
bool has_large_objects(Connection &target);

}  // namespace client::push

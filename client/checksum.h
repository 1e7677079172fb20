// Checksums of a table's columns that do not depend on the order of rows, computed in the table's own server.
#pragma once

#include <string>
#include <vector>

#include "connection.h"

namespace client {

struct ComparedColumn {
  std::string name;
  std::string cast;  // the type to compare in, where the types of the two sides differ; may be empty
};

struct ComparedTable {
  std::string relation;   // as in SQL
  std::string condition;  // which rows; may be empty
  std::vector<ComparedColumn> columns;
  bool cast;    // to the other side's types
  bool recode;  // to UTF-8, because the encodings of the two servers differ
};

struct Checksum {
  std::string rows;
  std::vector<std::string> sums;
  bool operator==(const Checksum &) const = default;
};

// One sum over whole rows, or one for each column, which shows the columns that differ.
Checksum sum_rows(Connection &connection, const ComparedTable &table);
Checksum sum_columns(Connection &connection, const ComparedTable &table);

}  // namespace client

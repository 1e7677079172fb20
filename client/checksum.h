// Order-independent checksums of a table's columns, computed where the table is.
#pragma once

#include <string>
#include <vector>

#include "connection.h"

namespace client {

struct compared_column {
  std::string name;
  std::string cast;  // the type to compare in, where the two sides' differ; may be empty
};

struct compared_table {
  std::string relation;   // as in SQL
  std::string condition;  // which rows; may be empty
  std::vector<compared_column> columns;
  bool cast;    // to the other side's types
  bool recode;  // the servers' encodings differ: what is summed up is UTF-8
};

struct checksum {
  std::string rows;
  std::vector<std::string> sums;
  bool operator==(const checksum &) const = default;
};

// One sum over whole rows, or one for each column to tell which differ.
checksum sum_rows(connection &in, const compared_table &of);
checksum sum_columns(connection &in, const compared_table &of);

}  // namespace client

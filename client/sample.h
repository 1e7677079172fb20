// What sampled values of the source look like. The source counts; no value reaches the client.
#pragma once

#include <string>
#include <vector>

#include "connection.h"

namespace client {

struct SampleTarget {
  std::string column;
  bool compound;  // a document, an array or a composite: its parts are judged
};

struct SampledColumn {
  std::string column;
  std::string strategy;  // suits what the values look like
  std::string reason;    // "62% of 1000 sampled values look like e-mail addresses"
};

// Judges by up to `rows` rows. `relation` is quoted as in SQL; Returns those columns that look like
// personal data.
std::vector<SampledColumn> sample_columns(Connection &source, const std::string &relation,
                                          const std::vector<SampleTarget> &columns, int rows);

}  // namespace client

// What sampled values of the source look like: shares, counted there. Not one value comes here.
#pragma once

#include <string>
#include <vector>

#include "connection.h"

namespace client {

struct SampledColumn {
  std::string column;
  std::string strategy;  // that fits what most values look like
  std::string why;       // "62% of 1000 sampled values look like e-mail addresses"
};

// `relation` is quoted as in SQL; `columns` are of character types.
std::vector<SampledColumn> sample_columns(Connection &source, const std::string &relation,
                                          const std::vector<std::string> &columns, int rows);

}  // namespace client

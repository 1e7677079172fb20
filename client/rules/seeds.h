// The seeds of a subset for one call, in place of those that are stored.
#pragma once

#include "cli/model.h"
#include "session.h"
#include "rules/model.h"

namespace client::rules {

struct SubsetOptions {
  std::optional<std::string> seeds, unreached;
  std::vector<cli::Option> declare();

  // As an argument of SQL functions: NULL where none are given. `of_file`: what a rules file of the call has.
  Parameter subset(Connection &target, const std::vector<SubsetRule> &of_file = {}) const;
  Parameter unreached_or_default() const { return unreached.value_or("all"); }
};

}  // namespace client::rules

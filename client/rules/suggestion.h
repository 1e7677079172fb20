// Rules drafted from the fixes that a plan proposes.
#pragma once

#include <optional>
#include <string>

#include "rules/model.h"

namespace client::rules {

// The rule that a plan's fix, an SQL statement, would set for the column; nothing for fixes of another kind.
std::optional<ColumnRule> rule_of_fix(const std::string &column, const std::string &fix);

}  // namespace client::rules

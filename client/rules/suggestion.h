// Rules drafted from a plan: what it says would settle a column.
#pragma once

#include <optional>
#include <string>

#include "rules/model.h"

namespace client::rules {

// The rule that the statement which a plan gives as a fix would set on the column; nothing if it is of another kind.
std::optional<ColumnRule> rule_of_fix(const std::string &column, const std::string &fix);

}  // namespace client::rules

// Functions of PostgreSQL Anonymizer whose arguments become options.
#pragma once

#include "rules/anon_arguments.h"

namespace client::rules {

constexpr int longest_hash = 64;  // characters

// The name is that without anon.
bool has_anon_options(const std::string &function);

// Nothing if there is no equivalent with these arguments. Those without a counterpart are left in the call.
std::optional<ColumnRule> rule_with_anon_options(Call &call);

}  // namespace client::rules

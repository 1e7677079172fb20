// Values in the files of other tools, as options of strategies take them. Each is nothing where that does not work.
#pragma once

#include <optional>
#include <string>

#include "rules/model.h"

namespace client::rules {

// 18, 0.5; also of a text, as YAML in quotes has it.
std::optional<Json> number_of(const Json &value);
// The day of "2020-01-31", "2020-01-31 12:00:00+01" or "2020-01-31T12:00:00Z".
std::optional<std::string> day_of(const std::string &text);
// The days of an interval: "1 year 2 mons 3 days 04:05:06" is 365 + 60 + 3. An interval of less is one day.
std::optional<int> days_of(const std::string &interval);
// With what a domain of e-mail addresses must end, by default.
bool is_reserved_domain(const std::string &domain);

}  // namespace client::rules

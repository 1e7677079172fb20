// Does a column look like personal data? Judged by its name and type alone, never by its values.
#pragma once

#include <optional>
#include <string_view>

namespace confiture::mask {

struct guard_match_result {
  const char *reason;              // e.g. "name matches e-mail address"
  const char *suggested_strategy;  // one of the registry that takes the type
};

// `type_name` is what format_type() prints, without modifiers: "text", "character varying", "inet", "uuid[]".
// Allocates nothing and never fails.
std::optional<guard_match_result> match_personal_data(std::string_view column_name,
                                                      std::string_view type_name) noexcept;

}  // namespace confiture::mask

// Does a column look like personal data? Judged by names and type alone, never by values.
#pragma once

#include <optional>
#include <string_view>

namespace confiture::mask {

struct GuardMatchResult {
  const char *reason;              // e.g. "name matches e-mail address"
  const char *suggested_strategy;  // one of the registry that takes the type
};

// `type_name` is what format_type() prints, without modifiers: "text", "character varying", "inet", "uuid[]".
// `relation_name`, if given, decides names that say too little: "name" in "genre" is no person's, "body" in "message"
// is. Without it such a column counts as personal where it may be a person's name. Allocates nothing, never fails.
std::optional<GuardMatchResult> match_personal_data(std::string_view column_name, std::string_view type_name,
                                                    std::string_view relation_name = {}) noexcept;

}  // namespace confiture::mask

// Does a column look like personal data? Judged by names and types alone, never by values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mask/guard/notes.h"

namespace confiture::mask {

struct GuardMatchResult {
  const char *reason;              // e.g. "name matches e-mail address"
  const char *suggested_strategy;  // one of the registry that takes the type
  const char *suggested_options = "{}";
};

struct GuardColumn {
  std::string_view name;
  std::string_view type_name;  // as format_type() prints it, below domains, without modifiers: "text", "uuid[]"
  std::string_view
      declared_type;  // likewise, but the column's own type, which matters when it is a domain ("email_address")
  std::string_view type_shape;  // of arrays and composites "label modifier type, ...", as the plan compares types
  bool is_enum = false;         // or an array of an enum
};

// The relation a column is in, and what its other columns tell: "name" in "genre" is no person's, "body" counts beside
// a sender. Wants all columns noted before the first is judged.
class GuardTable {
 public:
  explicit GuardTable(std::string_view relation, const GuardNotes &notes = {}) : relation_(relation), notes_(notes) {}

  void note(const GuardColumn &column) noexcept;
  std::optional<GuardMatchResult> match(const GuardColumn &column) const noexcept;
  const GuardNotes &notes() const { return notes_; }

 private:
  std::string_view relation_;
  GuardNotes notes_;
};

// A column by itself: what the other columns of its table would settle is taken for personal. Allocates nothing, never
// fails.
std::optional<GuardMatchResult> match_personal_data(std::string_view column_name, std::string_view type_name,
                                                    std::string_view relation_name = {}) noexcept;

}  // namespace confiture::mask

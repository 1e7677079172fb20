#include "guard.h"

namespace confiture::mask {

std::optional<guard_match_result> match_personal_data(std::string_view column_name,
                                                      std::string_view type_name) noexcept {
  if (type_name != "text" && type_name != "character varying") return {};
  if (column_name.find("mail") != column_name.npos) return guard_match_result{"name matches e-mail address", "email"};
  if (column_name.find("phone") != column_name.npos) return guard_match_result{"name matches phone number", "phone"};
  if (column_name.ends_with("name")) return guard_match_result{"name matches name of a person", "name"};
  return {};
}

}  // namespace confiture::mask

// What type a column has, as far as the guard cares.
#pragma once

#include <cstdint>
#include <string_view>

namespace confiture::mask {

struct ColumnType {
  uint16_t what = 0;  // 0: impersonal
  bool array = false;
  std::string_view bare;  // without schema and brackets
};

// A type as format_type() prints it, without modifiers.
ColumnType classify(std::string_view name);

}  // namespace confiture::mask

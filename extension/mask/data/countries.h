// Countries by ISO 3166-1: code and English short name, sorted by code.
#pragma once

#include <span>
#include <string_view>

namespace confiture::mask {

struct Country {
  std::string_view code, name;
};

std::span<const Country> all_countries();
// By code, in upper case; nullptr when there is none.
const Country *find_country(std::string_view code);

}  // namespace confiture::mask

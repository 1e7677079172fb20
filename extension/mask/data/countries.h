// Countries by ISO 3166-1: code, English short name, and calling code, sorted by code.
#pragma once

#include <span>
#include <string_view>

#include "mask/data/word_list.h"

namespace confiture::mask {

struct Country {
  std::string_view code, name;
  std::string_view calling_code;  // ITU-T E.164; empty where there is none
};

std::span<const Country> all_countries();
// By code, in upper case; nullptr when there is none.
const Country *find_country(std::string_view code);

extern const WordList country_names, country_codes;

}  // namespace confiture::mask

// What a language calls people and places. Each locale has a file: locale_fr.cpp.
#pragma once

#include <span>

#include "mask/data/names.h"
#include "mask/data/word_list.h"

namespace confiture::mask {

struct Locale {
  std::string_view code;
  // Of men and of women; last names differ in some languages.
  NameList first[2], last[2];
  const WordList *titles[2];
  bool is_in_other_script = false;  // than Latin
  // How a full name is written in its own letters; in ASCII it is "first last".
  bool family_first = false;
  std::string_view between = " ";
};

// By code.
std::span<const Locale *const> all_locales();
// nullptr: there is none.
const Locale *find_locale(std::string_view code);

}  // namespace confiture::mask

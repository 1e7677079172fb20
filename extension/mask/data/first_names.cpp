// First names, by length, sorted. Changing a list changes what every value is masked to.
#include "names.h"

namespace confiture::mask {

namespace {

// clang-format off
constexpr std::string_view by_length[] = {
  // 2 letters: 2
  "Al Bo ",
  // 3 letters: 3
  "Ada Ann Max ",
  // 4 letters: 4
  "Anna John Karl Mary ",
  // 5 letters: 3
  "Laura Peter Simon ",
  // 6 letters: 2
  "Julian Miriam ",
  // 7 letters: 2
  "Barbara Charles ",
  // 8 letters: 2
  "Frederic Veronica ",
  // 9 letters: 1
  "Alexandra ",
  // 10 letters: 1
  "Constantin ",
  // 11 letters: 2
  "Bartholomew Maximiliano ",
  // 12 letters: 0
  "",
};
// clang-format on

static_assert(well_formed(by_length));

}  // namespace

extern constinit const name_list first_names{by_length};

}  // namespace confiture::mask

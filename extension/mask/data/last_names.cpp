// Last names, by length, sorted. Changing a list changes what every value is masked to.
#include "names.h"

namespace confiture::mask {

namespace {

// clang-format off
constexpr std::string_view by_length[] = {
  // 2 letters: 2
  "Li Ng ",
  // 3 letters: 2
  "Day Roy ",
  // 4 letters: 2
  "Hall King ",
  // 5 letters: 2
  "Brown Smith ",
  // 6 letters: 2
  "Miller Parker ",
  // 7 letters: 2
  "Johnson Robbins ",
  // 8 letters: 2
  "Anderson Thompson ",
  // 9 letters: 2
  "Blackwood Robertson ",
  // 10 letters: 1
  "Cunningham ",
  // 11 letters: 1
  "Featherston ",
  // 12 letters: 1
  "Abernathyson ",
};
// clang-format on

static_assert(well_formed(by_length));

}  // namespace

extern constinit const name_list last_names{by_length};

}  // namespace confiture::mask

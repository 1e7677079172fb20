// What the columns of a table have in common, gathered one by one without keeping them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace confiture::mask {

// A word that most columns of a table begin with, or end in: "adh" of nom_adh, tel_adh, cp_adh. Found by voting: for as
// many columns as `votes` says and more, the word is the one with this hash.
struct GuardAffix {
  uint32_t word = 0;
  uint32_t votes = 0;
};

// What the columns of a table tell of each other. Plain data: it crosses the wall.
struct GuardNotes {
  uint32_t clues = 0;  // TableClue
  uint32_t columns = 0;
  GuardAffix front, back;
  uint32_t named[4] = {};  // persons that have a column for their name: "employee" beside "employee_name" is a key
};

// Counts a column, and the words that its name begins with and ends in.
void note_affixes(GuardNotes &notes, std::span<const std::string_view> words);

// Of a name's words, how many of the front are common to the table's columns, and how many remain behind them. Words
// that tell something by themselves (user_name, user_phone) are common only where they are no thing's.
std::pair<size_t, size_t> without_affixes(std::span<const std::string_view> words, const GuardNotes &notes);

// The table has a column for the name of this person: "employee" of employee_name.
void note_named(GuardNotes &notes, std::string_view person);
bool names_person(const GuardNotes &notes, std::string_view person);

}  // namespace confiture::mask

// What the columns of a table have in common, gathered one by one without keeping them.
#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "mask/guard/guard.h"

namespace confiture::mask {

// Counts a column, and the words that its name begins with and ends in.
void note_affixes(GuardNotes &notes, std::span<const std::string_view> words);

// Of a name's words, how many of the front are common to the table's columns, and how many remain behind them. Words
// that tell something by themselves (user_name, user_phone) are common only where they are no thing's.
std::pair<size_t, size_t> without_affixes(std::span<const std::string_view> words, const GuardNotes &notes);

// The table has a column for the name of this person: "employee" of employee_name.
void note_named(GuardNotes &notes, std::string_view person);
bool names_person(const GuardNotes &notes, std::string_view person);

}  // namespace confiture::mask

// Country calling codes of the telephone numbering plan (ITU-T E.164, list of assigned codes).
#pragma once

#include <cstddef>
#include <string_view>

namespace confiture::mask {

// Length of the calling code that a run of digits begins with, 0 when there is none.
size_t calling_code_size(std::string_view digits);

// How a national number begins that the country never assigns. Empty where there is none to be had.
std::string_view unassigned_start(std::string_view calling_code);
// The same for one that is written without a calling code and a trunk prefix: no prefix of calls abroad.
std::string_view unassigned_start_at_home(std::string_view calling_code);
// What is behind a trunk prefix and a zero, so that they are no prefix of calls abroad: no calling code begins with a
// third zero, which belongs to the prefix in East Africa.
char behind_trunk_zero(std::string_view calling_code);
// The trunk prefix that a national number is written with, mostly a zero. Italy's numbers begin with zeros of their
// own.
size_t trunk_size(std::string_view calling_code, std::string_view national);

// Does a country have numbers of n digits, behind the calling code? Of a code without a country any number.
bool has_length(std::string_view calling_code, size_t n);
size_t nearest_length(std::string_view calling_code, size_t n);

// National numbers that a country's regulator has set aside for films and books, each # a digit, one after the other
// with a blank behind it. Empty where there are none.
std::string_view fictional_numbers(std::string_view calling_code);

}  // namespace confiture::mask

// Country calling codes of the telephone numbering plan (ITU-T E.164, list of assigned codes).
#pragma once

#include <cstddef>
#include <string_view>

namespace confiture::mask {

// Length of the calling code that a run of digits begins with, 0 when there is none.
size_t calling_code_size(std::string_view digits);

// How a national number begins that the country never assigns. Empty where there is none to be had.
std::string_view unassigned_start(std::string_view calling_code);
// Does a national number keep a leading zero behind the calling code, as in Italy? Elsewhere it is a trunk prefix.
bool keeps_leading_zero(std::string_view calling_code);

// National numbers that a country's regulator has set aside for films and books, each # a digit, one after the other
// with a blank behind it. Empty where there are none.
std::string_view fictional_numbers(std::string_view calling_code);

}  // namespace confiture::mask

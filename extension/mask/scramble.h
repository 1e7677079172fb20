// Replaces letters by letters and digits by digits: the strategy scramble, and what others do with a value that has
// none of the shapes they know.
#pragma once

#include <string_view>

#include "mask/byte_sink.h"
#include "mask/draws.h"
#include "mask/vocabulary.h"

namespace confiture::mask {

// Appends as many characters as `value` has: an ASCII letter becomes one of the same case, a digit a digit, a character
// outside of ASCII a lower-case letter, the rest itself. In multi-byte encodings besides UTF-8, where characters cannot
// be counted, a run of bytes outside of ASCII becomes a letter for every four of them, begun ones too.
void scramble(std::string_view value, CharEncoding encoding, Draws &draws, ByteSink &out);

}  // namespace confiture::mask

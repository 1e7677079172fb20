// Writes text in upper or lower case: ASCII, Latin and Cyrillic letters of UTF-8.
#pragma once

#include <string_view>

#include "mask/byte_sink.h"

namespace confiture::mask {

enum class LetterCase : uint8_t { title, upper, lower, keep };

// What `keep` means for a value: the case that all of its letters have, else title.
LetterCase case_of(std::string_view value);
// Appends the text, as it is for `title`. In Turkish i and I are not one letter. No character becomes two.
void append_in_case(std::string_view text, LetterCase letter_case, bool is_turkish, ByteSink &out);

}  // namespace confiture::mask

// Splits words that were written without a separator: "lastname", "dateofbirth", "emailaddress".
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "mask/guard/index.h"

namespace confiture::mask {

// All words of the guard's tables with four letters or more, and the short ones that are safe to split at; sorted.
extern const Index dictionary;

constexpr size_t most_pieces = 16;

// The pieces of `word` (lower case, a-z), all of them in the dictionary: as few as possible, longer ones first. Returns
// how many, or 0 when the word is in the dictionary itself, does not come apart, or would into more than most_pieces.
// Time is linear in the length of the word.
size_t split_fused(std::string_view word, std::span<std::string_view, most_pieces> pieces);

}  // namespace confiture::mask

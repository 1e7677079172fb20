// The name that a mistyped one was probably meant to be.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace client {

// The candidate with the smallest edit distance (insertions, deletions, replacements, swaps of neighbours), if that is
// at most a third of the word's length, and at least 1. Of equals the first. Case does not count.
std::optional<std::string> closest(const std::string &word, const std::vector<std::string> &candidates);

// "Did you mean X? ", or "" when no candidate is close.
std::string did_you_mean(const std::string &word, const std::vector<std::string> &candidates);

}  // namespace client

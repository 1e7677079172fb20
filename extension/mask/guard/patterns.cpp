// The groups of patterns, in the order in which they are asked.
#include "mask/guard/patterns.h"

namespace confiture::mask {

extern const PatternGroup access_patterns, contact_patterns, numbers_patterns, names_patterns, places_patterns,
    sensitive_patterns, writing_patterns;

namespace {

constexpr const PatternGroup *groups[] = {&access_patterns, &contact_patterns,   &numbers_patterns, &names_patterns,
                                          &places_patterns, &sensitive_patterns, &writing_patterns};

}  // namespace

std::span<const PatternGroup *const> pattern_groups() { return groups; }

}  // namespace confiture::mask

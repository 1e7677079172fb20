// The groups of patterns, in the order in which they are asked.
#include "mask/guard/patterns.h"

namespace confiture::mask {

extern const std::span<const NamePattern> access_patterns, contact_patterns, numbers_patterns, names_patterns,
    places_patterns, sensitive_patterns, writing_patterns;

namespace {

constexpr const std::span<const NamePattern> *groups[] = {&access_patterns, &contact_patterns, &numbers_patterns,
                                                          &names_patterns,  &places_patterns,  &sensitive_patterns,
                                                          &writing_patterns};

}  // namespace

std::span<const std::span<const NamePattern> *const> pattern_groups() { return groups; }

}  // namespace confiture::mask

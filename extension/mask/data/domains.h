// Mail domains: those that anybody gets an address at, and words that companies are called by.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace confiture::mask {

// `domain` in lower case.
bool is_freemail(std::string_view domain);

constexpr std::array<std::string_view, 64> company_words = {
    "acme",    "alder",   "amber",   "anchor",  "apex",   "arbor",    "argon",  "aspen",   "atlas",  "aurora",
    "axiom",   "basalt",  "beacon",  "birch",   "bolt",   "boreal",   "bright", "cedar",   "cobalt", "comet",
    "copper",  "coral",   "crest",   "delta",   "dune",   "echo",     "ember",  "falcon",  "fjord",  "flint",
    "forge",   "garnet",  "glacier", "granite", "harbor", "hazel",    "helix",  "horizon", "indigo", "iris",
    "juniper", "kestrel", "lantern", "lumen",   "maple",  "meridian", "nimbus", "nova",    "oak",    "onyx",
    "orbit",   "pebble",  "pine",    "prism",   "quartz", "ridge",    "river",  "saffron", "sierra", "summit",
    "tundra",  "vertex",  "willow",  "zenith"};

// A word, a hyphen, four characters and ".example"; or freemail.example.
constexpr size_t longest_class_domain = [] {
  size_t longest = 0;
  for (const std::string_view word : company_words) longest = word.size() > longest ? word.size() : longest;
  return longest + std::string_view("-7k2f.example").size();
}();

}  // namespace confiture::mask

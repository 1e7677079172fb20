// Lists of words, kept by length: what fits a column is then the front of the list.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace confiture::mask {

constexpr size_t count_words(std::string_view list) {
  return static_cast<size_t>(std::count(list.begin(), list.end(), '|')) + 1;
}

// The words of "one|two|three", the shortest first.
template <size_t n>
constexpr std::array<std::string_view, n> split_words(std::string_view list) {
  std::array<std::string_view, n> words;
  for (std::string_view &word : words) {
    const size_t end = std::min(list.find('|'), list.size());
    word = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  // An insertion sort keeps words of one length in their order, and is constexpr.
  for (size_t i = 1; i < n; i++)
    for (size_t at = i; at > 0 && words[at].size() < words[at - 1].size(); at--) std::swap(words[at], words[at - 1]);
  return words;
}

class WordList {
 public:
  template <size_t n>
  constexpr explicit WordList(const std::array<std::string_view, n> &words) : words_(words) {}

  constexpr size_t shortest() const { return words_.front().size(); }
  constexpr size_t longest() const { return words_.back().size(); }
  constexpr uint32_t count() const { return static_cast<uint32_t>(words_.size()); }
  // How many words have at most so many letters.
  constexpr uint32_t count(size_t letters) const {
    const auto end = std::upper_bound(words_.begin(), words_.end(), letters,
                                      [](size_t size, std::string_view word) { return size < word.size(); });
    return static_cast<uint32_t>(end - words_.begin());
  }
  constexpr std::string_view operator[](uint32_t index) const { return words_[index]; }

 private:
  std::span<const std::string_view> words_;
};

extern const WordList town_starts, town_stems, town_ends, street_types, states, state_codes;
extern const WordList company_stems, company_fields, company_forms;
extern const WordList job_levels, job_fields, job_roles, titles, latin_words;

}  // namespace confiture::mask

// Where the words of a name match texts of words, as they are listed and as they are indexed.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "mask/guard/index.h"
#include "mask/guard/words.h"

namespace confiture::mask {

// Does `pattern`, words with one blank between them, begin at word `at`? Returns the number of its words, or 0.
inline size_t match_at(const NameWords &words, size_t at, std::string_view pattern) {
  for (size_t n = 0; at + n < words.size();) {
    std::string_view word = words[at + n];
    if (!pattern.starts_with(word)) return 0;
    pattern.remove_prefix(word.size());
    n++;
    if (pattern.empty()) return n;
    if (pattern[0] != ' ') return 0;
    pattern.remove_prefix(1);
  }
  return 0;
}

// Where a pattern was found: words first .. end - 1, the last of which has `rest` letters behind it.
struct FoundAt {
  size_t first = 0, end = 0, rest = 0;
};

// Visits each place where a text of an index is found, as whole words or within them, until one is taken.
template <class visitor>
bool any_words(const NameWords &words, const Index &index, visitor visit) {
  for (size_t at = 0; at < words.size(); at++)
    for (const IndexedText &entry : index.like(words[at]))
      if (size_t n = match_at(words, at, entry.text); n > 0 && visit(entry, FoundAt{at, at + n, 0})) return true;
  return false;
}

template <class visitor>
bool any_parts(const NameWords &words, const Index &index, visitor visit) {
  for (size_t at = 0; at < words.size(); at++)
    for (size_t i = 0; i + 1 < words[at].size(); i++) {
      std::string_view rest = words[at].substr(i);
      for (const IndexedText &entry : index.like(rest))
        if (rest.starts_with(entry.text) && visit(entry, FoundAt{at, at + 1, rest.size() - entry.text.size()}))
          return true;
    }
  return false;
}

inline bool any_listed(std::span<const std::string_view> words, std::string_view list) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return listed(word, list); });
}

inline bool any_held(std::span<const std::string_view> words, const Index &index) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return index.holds(word); });
}

inline bool all_listed(std::span<const std::string_view> words, std::string_view list) {
  return !words.empty() && std::all_of(words.begin(), words.end(), [&](auto word) { return listed(word, list); });
}

// Is each word one of the list's, or the whole name a phrase of it?
inline bool all_fit(const NameWords &words, std::string_view list) {
  if (all_listed(words.all(), list)) return true;
  bool found = false;
  each_text(list, [&](std::string_view text) { found = found || match_at(words, 0, text) == words.size(); });
  return found && words.size() > 0;
}

}  // namespace confiture::mask

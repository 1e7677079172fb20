#include "mask/guard/notes.h"

#include <algorithm>
#include <iterator>

#include "mask/guard/patterns.h"
#include "mask/guard/words.h"

namespace confiture::mask {

namespace {

constexpr uint32_t fewest_columns = 4;  // below that two columns in a row would have something in common

// FNV-1a; never 0, which stands for no word.
uint32_t hash_of(std::string_view word) {
  uint32_t hash = 2166136261U;
  for (char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash == 0 ? 1 : hash;
}

// The majority vote of Boyer and Moore: a word of two thirds of the columns keeps at least a third of the votes, and
// one that keeps them is a word of at least a third.
void vote(GuardAffix &affix, std::string_view word) {
  uint32_t hash = hash_of(word);
  if (affix.votes == 0) affix.word = hash;
  if (affix.word == hash)
    affix.votes++;
  else
    affix.votes--;
}

bool is_common(const GuardAffix &affix, std::string_view word, const GuardNotes &notes) {
  return notes.columns >= fewest_columns && affix.votes * 3 >= notes.columns && affix.word == hash_of(word) &&
         !thing_words.holds(word) && !about_words.holds(word) && !listed(word, name_nouns) && !listed(word, "by|id");
}

}  // namespace

void note_affixes(GuardNotes &notes, std::span<const std::string_view> words) {
  if (words.empty()) return;
  notes.columns++;
  vote(notes.front, words.front());
  vote(notes.back, words.back());
}

std::pair<size_t, size_t> without_affixes(std::span<const std::string_view> words, const GuardNotes &notes) {
  size_t first = 0, end = words.size();
  if (end - first > 1 && is_common(notes.front, words[first], notes)) first++;
  if (end - first > 1 && is_common(notes.back, words[end - 1], notes)) end--;
  return {first, end - first};
}

void note_named(GuardNotes &notes, std::string_view person) {
  if (names_person(notes, person)) return;
  auto free = std::find(std::begin(notes.named), std::end(notes.named), 0U);
  if (free != std::end(notes.named)) *free = hash_of(person);
}

bool names_person(const GuardNotes &notes, std::string_view person) {
  return std::find(std::begin(notes.named), std::end(notes.named), hash_of(person)) != std::end(notes.named);
}

}  // namespace confiture::mask

// The words a name is made of.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace confiture::mask {

// Splits snake_case, camelCase, PascalCase, kebab-case and whatever else stands between letters; folds case and the
// accents of Latin letters (UTF-8 or Latin-1); leaves out digits and little words such as "of" and "de", so that
// date_of_birth, birthDate2 and "Date de naissance" come out alike.
class NameWords {
 public:
  explicit NameWords(std::string_view name);
  // The same words, fused ones in their pieces. The views are into `fused`, which must outlive this.
  struct Split {};
  NameWords(const NameWords &fused, Split);
  // `count` of the words from `first` on; likewise.
  NameWords(const NameWords &other, size_t first, size_t count);
  NameWords(const NameWords &) = delete;
  NameWords &operator=(const NameWords &) = delete;

  std::span<const std::string_view> all() const { return {words_.data(), count_}; }
  size_t size() const { return count_; }
  std::string_view operator[](size_t i) const { return words_[i]; }
  std::string_view last() const { return count_ == 0 ? std::string_view() : words_[count_ - 1]; }

 private:
  void put(char c) {
    if (used_ < sizeof letters_) letters_[used_++] = c;
  }
  void end_word();

  static constexpr size_t most_words = 32;
  char letters_[256];  // names of PostgreSQL have at most 63 bytes; a letter folds to two at most
  size_t used_ = 0, word_start_ = 0;
  std::array<std::string_view, most_words> words_;
  size_t count_ = 0;
};

// Is `word` one of a list written "one|two|three"?
bool listed(std::string_view word, std::string_view list);

}  // namespace confiture::mask

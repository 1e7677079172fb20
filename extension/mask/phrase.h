// Strategies that compose an invented value of words: the company's name, the street, the user agent.
#pragma once

#include <cstring>
#include <string_view>

#include "mask/data/names.h"
#include "mask/data/word_list.h"
#include "mask/draws.h"
#include "mask/registry.h"

namespace confiture::mask {

// Text in the making. Room for what the longest phrase takes; more is cut.
class Phrase {
 public:
  void add(std::string_view text) {
    const size_t n = std::min(text.size(), sizeof text_ - size_);
    std::memcpy(text_ + size_, text.data(), n);
    size_ += n;
  }
  void add(const WordList &list, Draws &draws) { add(list[draws(list.count())]); }
  void add(const NameList &list, Draws &draws) {
    const ListedName &name = list[draws(list.count())];
    if (sizeof text_ - size_ < sizeof name.letters) return add(name.view());
    size_ = static_cast<size_t>(name.copy_to(text_ + size_) - text_);
  }
  void add_digits(size_t n, Draws &draws) {
    char digits[16];
    draw_digits(draws, digits, n);
    if (digits[0] == '0') digits[0] = static_cast<char>('1' + draws(9));
    add({digits, n});
  }
  std::string_view view() const { return {text_, size_}; }

 private:
  char text_[200];
  size_t size_ = 0;
};

// How a phrase is made.
struct PhraseRecipe {
  const char *strategy;
  // `value` is what is masked: its form may say which of two forms to take.
  void (*compose)(std::string_view value, Draws &draws, Phrase &phrase);
  const WordList *instead;  // one of these where the phrase does not fit the column
  // Before that a shorter phrase, and in columns that are too narrow for those words, one of these.
  void (*compose_shorter)(std::string_view value, Draws &draws, Phrase &phrase) = nullptr;
  const WordList *codes = nullptr;
};

// Makes the strategy; throws does_not_fit where not even the shortest word instead has room.
std::unique_ptr<Strategy> make_phrase(const StrategyArgs &args, const PhraseRecipe &recipe);

// The entry of a strategy of that kind, without options.
constexpr RegistryEntry phrase_entry(const char *name, const char *summary, const char *example, StrategyFactory make) {
  return {{.name = name, .summary = summary, .example = example}, make};
}

}  // namespace confiture::mask

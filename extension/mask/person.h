// An invented person: all of it comes from one PRF output. The first name is drawn from `lo`, the last name from `hi`,
// the gender is the lowest bit of `lo`. So strategies that are given the same output tell the same person, as far as
// their columns have room for it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mask/bits.h"
#include "mask/data/byte_letters.h"
#include "mask/data/locale.h"
#include "mask/registry.h"

namespace confiture::mask {

// `any`: not asked for.
enum class Gender : uint8_t { male, female, any };

// Of the person that the PRF output makes.
inline Gender drawn_gender(const PrfOutput &random) { return static_cast<Gender>(random.lo & 1); }

// What the values of a column mean.
class GenderWords {
 public:
  // Without a map the first letters of common words do: m for men, f and w for women, in either case.
  GenderWords() = default;
  // Reads members of an object whose values are male, female or any. Throws bad_option in the name of `option`.
  GenderWords(OptionReader &options, std::string_view option);

  Gender of(std::string_view value) const;
  bool is_given() const { return !words_.empty(); }
  // The first word for this gender; nullptr: there is none.
  const std::string *word_for(Gender gender) const;
  const std::vector<std::pair<std::string, Gender>> &all() const { return words_; }

 private:
  std::vector<std::pair<std::string, Gender>> words_;
};

struct NamePick {
  const NameList *list;
  uint32_t at;

  const ListedName &ascii() const { return (*list)[at]; }
  std::string_view own() const { return list->native(at); }
  // Characters of the longer form.
  uint32_t width() const;
};

struct PersonNames {
  NamePick first, last;
};

// The people of a locale. Without one they come from lists of the whole world, in ASCII.
class People {
 public:
  static constexpr const char *options_help =
      "locale: en, fr, de, es, it, pt, nl, pl, cs, sv, tr, ja, ru, zh, ja-Latn, ru-Latn or zh-Latn (default: all the "
      "world); gender: male, female or what a column says: {column, map}";

  // Reads the options `locale` and `gender`. That is a word, or a column and what its values mean.
  explicit People(const StrategyArgs &args);

  // First names then say the gender that gender() does, as they do not for people of all the world: where several
  // columns tell one person.
  void draw_gender() { is_gender_drawn_ = true; }

  // What the column says of the people to come; no data: nothing.
  void set_gender(std::string_view said);

  // Do first names and titles say the gender?
  bool tells_gender() const { return locale_ != nullptr || fixed_ != Gender::any || is_gender_drawn_; }
  Gender gender(const PrfOutput &random) const { return fixed_ == Gender::any ? drawn_gender(random) : fixed_; }
  // A name of at most so many characters; there has to be one. Where the name that is drawn does not fit, another.
  NamePick first(const PrfOutput &random, uint32_t room) const;
  NamePick last(const PrfOutput &random, uint32_t room) const;
  // Two names of so many characters together.
  PersonNames both(const PrfOutput &random, uint32_t room) const;
  void prefetch(const PrfOutput &random) const;

  uint32_t shortest_first() const { return shortest_first_; }
  uint32_t shortest_last() const { return shortest_last_; }
  // Are names written in their own letters, in UTF-8? Else in ASCII, where the encoding may not have these.
  bool has_own_letters() const { return has_own_letters_; }
  // Where an encoding of one byte a letter has some of them: what has all of its letters is written in these.
  const ByteLetters *byte_letters() const { return byte_letters_; }
  std::string_view text_of(NamePick name) const { return has_own_letters_ ? name.own() : name.ascii().view(); }
  const Locale *locale() const { return locale_; }

 private:
  static NamePick pick(const NameList &list, uint64_t random, uint32_t room) {
    return {&list, static_cast<uint32_t>(scale(random, list.count(room)))};
  }
  NamePick pick_first(const PrfOutput &random, uint32_t room) const {
    return tells_gender() ? pick_first_of(gender(random), random, room) : pick(first_names, random.lo, room);
  }
  NamePick pick_last(const PrfOutput &random, uint32_t room) const {
    const NameList &list = locale_ != nullptr ? locale_->last[static_cast<size_t>(gender(random))] : last_names;
    return pick(list, random.hi, room);
  }
  NamePick pick_first_of(Gender gender, const PrfOutput &random, uint32_t room) const;

  const Locale *locale_ = nullptr;
  Gender fixed_ = Gender::any;
  GenderWords words_;
  bool has_own_letters_ = false, is_gender_drawn_ = false;
  const ByteLetters *byte_letters_ = nullptr;
  uint32_t shortest_first_ = 0, shortest_last_ = 0;
};

// A strategy that tells of a person.
class PersonStrategy : public PrfStrategy {
 public:
  PersonStrategy(const Subkey &key, People people, bool folds) : PrfStrategy(key, folds), people_(std::move(people)) {}
  void set_gender(std::string_view said) final { people_.set_gender(said); }

 protected:
  const People &people() const { return people_; }

 private:
  People people_;
};

}  // namespace confiture::mask

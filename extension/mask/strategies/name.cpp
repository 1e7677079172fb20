// name, first_name, last_name: believable names that belong to no one in particular.
#include <algorithm>
#include <string>

#include "mask/company.h"
#include "mask/error.h"
#include "mask/letter_case.h"
#include "mask/person.h"

namespace confiture::mask {

namespace {

constexpr uint32_t unlimited_room = 2 * NameList::longest + 1;
enum class Kind : uint8_t { person, company, by_value };

struct NameOptions {
  LetterCase letter_case = LetterCase::title;
  Kind kind = Kind::person;
  uint32_t room = 0;
  size_t company_room = 0;
};

class NameMask : public PersonStrategy {
 public:
  NameMask(const Subkey &key, People people, NameOptions options, bool folds)
      : PersonStrategy(key, std::move(people), folds),
        options_(options),
        is_turkish_(this->people().locale() != nullptr && this->people().locale()->code == "tr") {}

  void prefetch(const PrfOutput &random) const override { people().prefetch(random); }

 protected:
  LetterCase case_for(std::string_view value) const {
    return options_.letter_case == LetterCase::keep ? case_of(value) : options_.letter_case;
  }
  void append(std::string_view text, LetterCase letter_case, ByteSink &out) const {
    append_in_case(text, letter_case, is_turkish_ && people().has_own_letters(), out);
  }
  void append(NamePick name, LetterCase letter_case, ByteSink &out) const {
    if (people().byte_letters() != nullptr && append_bytes(name, letter_case, out)) return;
    if (letter_case != LetterCase::title || people().has_own_letters())
      return append(people().text_of(name), letter_case, out);
    name.ascii().copy_to(out.reserve(sizeof(ListedName)));
    out.commit(name.ascii().size);
  }

  // In one byte a letter; not what has others.
  bool append_bytes(NamePick name, LetterCase letter_case, ByteSink &out) const {
    in_utf8_.clear();
    append_in_case(name.own(), letter_case, is_turkish_, in_utf8_);
    return people().byte_letters()->append(in_utf8_.view(), out);
  }

  const NameOptions options_;
  const bool is_turkish_;
  mutable ByteSink in_utf8_;
};

class FirstName final : public NameMask {
 public:
  using NameMask::NameMask;
  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    append(people().first(random, options_.room), case_for(value), out);
  }
};

class LastName final : public NameMask {
 public:
  using NameMask::NameMask;
  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    append(people().last(random, options_.room), case_for(value), out);
  }
};

class FullName final : public NameMask {
 public:
  using NameMask::NameMask;
  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const LetterCase letter_case = case_for(value);
    if (options_.kind == Kind::company || (options_.kind == Kind::by_value && looks_like_company(value)))
      return write_company(value, random, letter_case, out);
    const PersonNames names = people().both(random, options_.room - 1);
    const Locale *locale = people().has_own_letters() ? people().locale() : nullptr;
    const bool family_first = locale != nullptr && locale->family_first;
    append(family_first ? names.last : names.first, letter_case, out);
    out.append(locale != nullptr ? locale->between : " ");
    append(family_first ? names.first : names.last, letter_case, out);
  }

 private:
  void write_company(std::string_view value, const PrfOutput &random, LetterCase letter_case, ByteSink &out) const {
    Draws draws(prf, random);
    Phrase phrase;
    compose_company(value, draws, phrase);
    if (phrase.view().size() <= options_.company_room) return append(phrase.view(), letter_case, out);
    append(company_stems[draws(company_stems.count(options_.company_room))], letter_case, out);
  }
};

// `least`: characters of the shortest name.
NameOptions read_options(const StrategyArgs &args, const char *name, uint32_t least) {
  constexpr std::string_view cases[] = {"title", "upper", "lower", "keep"};
  NameOptions options{static_cast<LetterCase>(args.options.word("case", "title", cases))};
  options.room = args.fit.max_chars == 0 ? unlimited_room : std::min(args.fit.max_chars, unlimited_room);
  if (options.room < least)
    fail(Code::does_not_fit,
         std::string("strategy \"") + name + "\": no name fits a column of " + std::to_string(options.room) +
             " characters",
         "The shortest one takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
  options.company_room = args.fit.max_chars == 0 ? SIZE_MAX : args.fit.max_chars;
  return options;
}

std::unique_ptr<Strategy> make_first(const StrategyArgs &args) {
  People people(args);
  const NameOptions options = read_options(args, "first_name", people.shortest_first());
  return std::make_unique<FirstName>(args.key, std::move(people), options, args.options.boolean("fold", false));
}

std::unique_ptr<Strategy> make_last(const StrategyArgs &args) {
  People people(args);
  const NameOptions options = read_options(args, "last_name", people.shortest_last());
  return std::make_unique<LastName>(args.key, std::move(people), options, args.options.boolean("fold", false));
}

std::unique_ptr<Strategy> make_full(const StrategyArgs &args) {
  People people(args);
  NameOptions options = read_options(args, "name", people.shortest_first() + 1 + people.shortest_last());
  constexpr std::string_view kinds[] = {"person", "company", "auto"};
  options.kind = static_cast<Kind>(args.options.word("kind", "person", kinds));
  return std::make_unique<FullName>(args.key, std::move(people), options, args.options.boolean("fold", false));
}

#define NAME_OPTIONS                                                                              \
  "locale: en, fr, de, es, it, pt, nl, pl, cs, sv, tr, ja, ru, zh, ja-Latn, ru-Latn or zh-Latn; " \
  "gender: male, female or what a column says: {column, map}; case: title (default), upper, lower, keep; fold: case and blanks around make no other name"

constexpr RegistryEntry entry(const char *name, const char *summary, const char *example, StrategyFactory make,
                              const char *options_help = NAME_OPTIONS) {
  return {{.name = name,
           .summary = summary,
           .options_help = options_help,
           .example = example,
           .takes_entity = true,
           .takes_gender = true},
          make};
}

}  // namespace

extern constinit const RegistryEntry name_strategy =
    entry("name", "A believable first and last name", "Troy Bentcroft", make_full,
          NAME_OPTIONS "; kind: person (default), company, auto");
extern constinit const RegistryEntry first_name_strategy =
    entry("first_name", "A believable first name", "Saburo", make_first);
extern constinit const RegistryEntry last_name_strategy =
    entry("last_name", "A believable last name", "Cooper", make_last);

}  // namespace confiture::mask

#include "mask/person.h"

#include <algorithm>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"

namespace confiture::mask {

namespace {

constexpr std::string_view gender_words[] = {"male", "female", "any"};  // by Gender
constexpr std::string_view in_latin = "-Latn";                          // as in language tags (BCP 47)

// Of the first names of all locales.
NamePick pick_of_world(Gender gender, uint64_t random, uint32_t room) {
  const auto list_of = [&](const Locale *locale) -> const NameList & {
    return locale->first[static_cast<size_t>(gender)];
  };
  uint32_t all = 0;
  for (const Locale *locale : all_locales()) all += list_of(locale).count(room);
  auto at = static_cast<uint32_t>(scale(random, all));
  for (const Locale *locale : all_locales()) {
    const uint32_t count = list_of(locale).count(room);
    if (at < count) return {&list_of(locale), at};
    at -= count;
  }
  return {&first_names, 0};
}

}  // namespace

uint32_t NamePick::width() const {
  const auto characters = static_cast<uint32_t>(count_characters(own(), CharEncoding::utf8));
  return std::max<uint32_t>(ascii().size, characters);
}

People::People(const StrategyArgs &args) {
  if (args.has_entity) draw_gender();
  std::string code = args.options.string("locale", "");
  const bool latin = code.size() > in_latin.size() && code.ends_with(in_latin);
  if (latin) code.resize(code.size() - in_latin.size());
  if (!code.empty()) {
    locale_ = find_locale(code);
    if (locale_ == nullptr || (latin && !locale_->is_in_other_script)) {
      std::string all;
      for (const Locale *locale : all_locales()) {
        all.append(all.empty() ? "" : ", ").append(locale->code);
        if (locale->is_in_other_script) all.append(", ").append(locale->code).append(in_latin);
      }
      args.options.refuse("locale", "must be one of " + all);
    }
    has_own_letters_ = !latin && args.fit.encoding == CharEncoding::utf8;
    byte_letters_ = latin ? nullptr : mask::byte_letters(args.fit.encoding);
    ByteSink unused;
    if (byte_letters_ != nullptr && locale_->is_in_other_script &&
        !byte_letters_->append(locale_->last[0].native(0), unused))
      byte_letters_ = nullptr;
  }
  if (args.options.is_object("gender")) {
    OptionReader reader(args.options.strategy() + "\": option \"gender", args.options.json("gender"),
                        "column: of the row; map: an object of its values and male, female or any", args.fit.encoding);
    if (reader.string("column", "").empty()) reader.refuse("column", "is missing");
    words_ = GenderWords(reader, "map");
    reader.finish();
    draw_gender();
  } else {
    fixed_ = static_cast<Gender>(args.options.word("gender", "any", gender_words));
  }

  const auto shortest = [](const NameList(&lists)[2]) {
    return std::max(lists[0].shortest_name(), lists[1].shortest_name());
  };
  shortest_first_ = locale_ != nullptr ? shortest(locale_->first) : NameList::shortest;
  shortest_last_ = locale_ != nullptr ? shortest(locale_->last) : NameList::shortest;
}

GenderWords::GenderWords(OptionReader &options, std::string_view option) {
  if (options.has(option) && options.members(option).empty()) options.refuse(option, "must not be empty");
  for (OptionReader::Member &member : options.members(option)) {
    const auto *word = std::find(std::begin(gender_words), std::end(gender_words), member.text);
    if (member.is_object || word == std::end(gender_words))
      options.refuse(option, "must be of male, female or any, but for " + in_quotes(member.name) + " it is not");
    words_.emplace_back(std::move(member.name), static_cast<Gender>(word - gender_words));
  }
}

Gender GenderWords::of(std::string_view value) const {
  for (const auto &[word, gender] : words_)
    if (word == value) return gender;
  if (is_given() || value.empty()) return Gender::any;
  const char letter = to_lower(value.front());
  return letter == 'm' ? Gender::male : letter == 'f' || letter == 'w' ? Gender::female : Gender::any;
}

const std::string *GenderWords::word_for(Gender gender) const {
  for (const auto &[word, meant] : words_)
    if (meant == gender) return &word;
  return nullptr;
}

void People::set_gender(std::string_view said) { fixed_ = words_.of(said); }

NamePick People::pick_first_of(Gender gender, const PrfOutput &random, uint32_t room) const {
  if (locale_ != nullptr) return pick(locale_->first[static_cast<size_t>(gender)], random.lo, room);
  return pick_of_world(gender, random.lo, room);
}

NamePick People::first(const PrfOutput &random, uint32_t room) const {
  const NamePick name = pick_first(random, NameList::longest);
  return room >= NameList::longest || name.width() <= room ? name : pick_first(random, room);
}

NamePick People::last(const PrfOutput &random, uint32_t room) const {
  const NamePick name = pick_last(random, NameList::longest);
  return room >= NameList::longest || name.width() <= room ? name : pick_last(random, room);
}

PersonNames People::both(const PrfOutput &random, uint32_t room) const {
  // One object to return: a copy of what was just written in parts would wait for it.
  PersonNames names = {pick_first(random, NameList::longest), pick_last(random, NameList::longest)};
  if (room < 2 * NameList::longest && names.first.width() + names.last.width() > room) {
    // The first name gets half of the room at most, the last name what the first one leaves.
    names.first = first(random, std::min(std::max(room / 2, shortest_first_), room - shortest_last_));
    names.last = last(random, room - names.first.width());
  }
  return names;
}

void People::prefetch(const PrfOutput &random) const {
  const NamePick first = pick_first(random, NameList::longest), last = pick_last(random, NameList::longest);
  __builtin_prefetch(has_own_letters_ ? first.list->native_at(first.at) : &first.ascii());
  __builtin_prefetch(has_own_letters_ ? last.list->native_at(last.at) : &last.ascii());
}

}  // namespace confiture::mask

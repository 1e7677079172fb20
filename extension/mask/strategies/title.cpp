// title: a form of address, of the person's gender where that is said.
#include <algorithm>
#include <string>

#include "mask/bits.h"
#include "mask/data/letters.h"
#include "mask/error.h"
#include "mask/person.h"
#include "mask/characters.h"
#include "mask/phrase.h"

namespace confiture::mask {

namespace {

class TitleMask final : public PersonStrategy {
 public:
  TitleMask(const Subkey &key, const People &people, size_t room) : PersonStrategy(key, people, false), room_(room) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const WordList &list = titles_of(random);
    // Not the draw of a first name.
    const uint64_t draw = people().tells_gender() ? random.lo << 32 : random.lo;
    std::string_view title = list[static_cast<uint32_t>(scale(draw, list.count()))];
    if (title.size() > room_) title = list[static_cast<uint32_t>(scale(draw, list.count(room_)))];
    if (people().has_own_letters()) {
      out.append(title);
    } else if (people().byte_letters() == nullptr || !people().byte_letters()->append(title, out)) {
      Letters ascii;
      add_in_ascii(title, Umlauts::bare, ascii);
      out.append(ascii.view());
    }
    const bool as_in_value = people().locale() == nullptr || people().locale()->code == "en";
    if (as_in_value && value.ends_with('.') && title.size() < room_) out.append('.');
  }

  // Of how many bytes there is a title for everyone.
  static size_t least_room(const People &people) {
    if (!people.tells_gender()) return titles.shortest();
    return std::max(of(people, Gender::male).shortest(), of(people, Gender::female).shortest());
  }

 private:
  static const WordList &of(const People &people, Gender gender) {
    const Locale *locale = people.locale();
    // Japanese titles have no form in ASCII.
    const bool has_letters = people.has_own_letters() || people.byte_letters() != nullptr;
    if (locale == nullptr || (locale->is_in_other_script && !has_letters)) locale = find_locale("en");
    return *locale->titles[static_cast<size_t>(gender)];
  }
  const WordList &titles_of(const PrfOutput &random) const {
    return people().tells_gender() ? of(people(), people().gender(random)) : titles;
  }

  const size_t room_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const People people(args);
  const size_t room = args.fit.max_chars == 0 ? SIZE_MAX : args.fit.max_chars, least = TitleMask::least_room(people);
  if (room < least)
    fail(Code::does_not_fit, "strategy \"title\": nothing fits a column of " + std::to_string(room) + " characters",
         "The shortest takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
  return std::make_unique<TitleMask>(args.key, people, room);
}

constexpr RegistryEntry entry() {
  RegistryEntry entry =
      phrase_entry("title", "A form of address, with a full stop where the value has one", "Mx", make);
  entry.row.options_help = People::options_help;
  entry.row.takes_entity = true;
  entry.row.takes_gender = true;
  return entry;
}

}  // namespace

extern constinit const RegistryEntry title_strategy = entry();

}  // namespace confiture::mask

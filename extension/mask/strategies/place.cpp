// city, street, address, state, country: places that are invented, or any; house_number, postcode: others of that
// shape.
#include <algorithm>
#include <string>
#include <vector>

#include "mask/bits.h"
#include "mask/characters.h"
#include "mask/check_digits.h"
#include "mask/data/countries.h"
#include "mask/data/regions.h"
#include "mask/error.h"
#include "mask/phrase.h"

namespace confiture::mask {

namespace {

// One town in four has a word before its name.
void compose_city(std::string_view, Draws &draws, Phrase &phrase) {
  if (draws(4) == 0) {
    phrase.add(town_starts, draws);
    phrase.add(" ");
  }
  phrase.add(town_stems, draws);
  phrase.add(town_ends, draws);
}

void compose_street(std::string_view, Draws &draws, Phrase &phrase) {
  phrase.add(last_names, draws);
  phrase.add(" ");
  phrase.add(street_types, draws);
}

void add_number(Draws &draws, Phrase &phrase) { phrase.add_digits(1 + draws(3), draws); }

// With a house number in front or behind, if the value has one there.
void compose_street_line(std::string_view value, Draws &draws, Phrase &phrase) {
  const bool in_front = is_digit(value.front());
  const bool behind = !in_front && value.find_first_of("0123456789") != value.npos;
  if (in_front) {
    add_number(draws, phrase);
    phrase.add(" ");
  }
  compose_street(value, draws, phrase);
  if (behind) {
    phrase.add(" ");
    add_number(draws, phrase);
  }
}

void compose_number_and_street(std::string_view value, Draws &draws, Phrase &phrase) {
  add_number(draws, phrase);
  phrase.add(" ");
  compose_street(value, draws, phrase);
}

void compose_address(std::string_view value, Draws &draws, Phrase &phrase) {
  compose_number_and_street(value, draws, phrase);
  phrase.add(", ");
  phrase.add_digits(5, draws);
  phrase.add(" ");
  compose_city(value, draws, phrase);
}

bool is_code(std::string_view value) { return value.size() == 2 && is_upper(value[0]) && is_upper(value[1]); }

void compose_state(std::string_view value, Draws &draws, Phrase &phrase) {
  phrase.add(is_code(value) ? state_codes : states, draws);
}

void compose_country(std::string_view value, Draws &draws, Phrase &phrase) {
  const auto countries = all_countries();
  const Country &country = countries[draws(countries.size())];
  phrase.add(is_code(value) ? country.code : country.name);
}

constexpr PhraseRecipe city = {"city", compose_city, &town_stems},
                       street = {"street", compose_street_line, &town_stems},
                       address = {"address", compose_address, &town_stems, compose_number_and_street},
                       state = {"state", compose_state, &states, nullptr, &state_codes},
                       country = {"country", compose_country, &country_names, nullptr, &country_codes};

// How many digits a first or second one is drawn from, of a postal code of five or six digits: Spain's codes end with
// 52, and India and China have not all that are higher.
constexpr size_t five_digits_begin = 4, six_digits_begin = 3, six_digits_go_on = 5;

// Digits for digits, letters for letters: those that postal codes of Canada, the Netherlands and the United Kingdom
// take in every place. No code and no number begins with 0.
class ShapedMask final : public PrfStrategy {
 public:
  ShapedMask(const Subkey &key, bool is_postcode, const ColumnFit &fit)
      : PrfStrategy(key), is_postcode_(is_postcode), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    constexpr std::string_view letters = "ABEGHLNPRTY";
    Draws draws(prf, random);
    value = cut_to(value, max_chars_, encoding_);
    char *p = out.reserve(value.size());
    const bool has_letters = std::any_of(value.begin(), value.end(), is_letter);
    const auto n_digits = is_postcode_ && !has_letters ? std::count_if(value.begin(), value.end(), is_digit) : 0;
    size_t n = 0, size = 0;
    for (const char c : value) {
      if (is_digit(c)) {
        p[size++] = draw_digit(n_digits, n++, draws);
      } else if (is_letter(c)) {
        p[size++] = static_cast<char>(letters[draws(letters.size())] | (c & 0x20));
      } else if (static_cast<unsigned char>(c) < 0x80) {
        p[size++] = c;
      } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
        p[size++] = 'x';
      }
    }
    out.commit(size);
  }

 private:
  // The nth digit of some.
  static char draw_digit(std::ptrdiff_t n_digits, size_t n, Draws &draws) {
    if (n_digits == 5 && n == 0) return digit(1 + draws(five_digits_begin));
    if (n_digits == 6 && n == 0) return digit(2 + draws(six_digits_begin));
    if (n_digits == 6 && n == 1) return digit(draws(six_digits_go_on));
    return digit(n == 0 ? 1 + draws(9) : draws(10));
  }

  bool is_postcode_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

// ---- addresses whose parts agree

enum class Part : uint8_t { address, street, house_number, city, postcode, state, country };

// An invented address in one of some countries, all of it from one PRF output: strategies that are given the same
// output tell parts of the same one.
class Place {
 public:
  Place(const Prf128 &prf, const PrfOutput &random, std::span<const AddressCountry *const> countries)
      : prf_(prf), random_(random) {
    Draws draws(prf, random);
    country_ = countries[draws(countries.size())];
    region_ = &country_->regions[draws(country_->regions.size())];
  }

  const AddressCountry &country() const { return *country_; }
  const Region &region() const { return *region_; }

  void add_house_number(Phrase &phrase) const {
    Draws draws = draws_of(Part::house_number);
    phrase.add(std::to_string(1 + draws(199)));
  }
  void add_street(Phrase &phrase) const {
    Draws draws = draws_of(Part::street);
    compose_street({}, draws, phrase);
  }
  void add_city(Phrase &phrase) const {
    Draws draws = draws_of(Part::city);
    compose_city({}, draws, phrase);
  }
  void add_postcode(Phrase &phrase) const {
    // Letters that the codes of Canada, the Netherlands and the United Kingdom take in every place.
    constexpr std::string_view letters = "ABEGHLNPRTY";
    Draws draws = draws_of(Part::postcode);
    std::string_view begin = region_->postcodes;
    for (const char c : country_->postcode) {
      const bool is_begun = !begin.empty();
      const char next = is_begun   ? begin.front()
                        : c == '9' ? static_cast<char>('0' + draws(10))
                        : c == 'A' ? letters[draws(letters.size())]
                                   : c;
      if (is_begun) begin.remove_prefix(1);
      phrase.add({&next, 1});
    }
  }
  void add_number_and_street(Phrase &phrase) const {
    if (country_->number_first) add_house_number(phrase), phrase.add(" ");
    add_street(phrase);
    if (!country_->number_first) phrase.add(" "), add_house_number(phrase);
  }
  void add_line(Phrase &phrase) const {
    add_number_and_street(phrase);
    phrase.add(", ");
    if (country_->number_first) {
      add_city(phrase);
      phrase.add(", ");
      phrase.add(region_->code);
      phrase.add(" ");
      add_postcode(phrase);
    } else {
      add_postcode(phrase);
      phrase.add(" ");
      add_city(phrase);
    }
  }
  // A short word where the part does not fit.
  Draws spare_draws() const { return draws_of(Part::address); }

 private:
  Draws draws_of(Part part) const {
    char label[17];
    store_le64(label, random_.lo);
    store_le64(label + 8, random_.hi);
    label[16] = static_cast<char>(part);
    return {prf_, prf_(std::string_view(label, sizeof label))};
  }

  const Prf128 &prf_;
  const PrfOutput random_;
  const AddressCountry *country_;
  const Region *region_;
};

class PlacePart final : public PrfStrategy {
 public:
  PlacePart(const Subkey &key, Part part, std::vector<const AddressCountry *> countries, size_t room)
      : PrfStrategy(key), part_(part), countries_(std::move(countries)), room_(room) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const Place place(prf, random, countries_);
    Phrase phrase;
    compose(value, place, phrase);
    if (phrase.view().size() <= room_) return out.append(phrase.view());
    if (part_ == Part::state || part_ == Part::country) return out.append(code_of(place).substr(0, room_));
    if (part_ == Part::address) {
      Phrase shorter;
      place.add_number_and_street(shorter);
      if (shorter.view().size() <= room_) return out.append(shorter.view());
    }
    Draws draws = place.spare_draws();
    out.append(town_stems[draws(town_stems.count(static_cast<uint32_t>(room_)))]);
  }

 private:
  std::string_view code_of(const Place &place) const {
    return part_ == Part::state ? place.region().code : place.country().code;
  }

  void compose(std::string_view value, const Place &place, Phrase &phrase) const {
    switch (part_) {
      case Part::address:
        return place.add_line(phrase);
      case Part::street:
        return compose_street_line(value, place, phrase);
      case Part::house_number:
        return place.add_house_number(phrase);
      case Part::city:
        return place.add_city(phrase);
      case Part::postcode:
        return place.add_postcode(phrase);
      case Part::state:
        return phrase.add(is_code(value) ? place.region().code : place.region().name);
      case Part::country:
        return phrase.add(is_code(value) ? place.country().code : find_country(place.country().code)->name);
    }
  }

  // With the house number where the value has one.
  static void compose_street_line(std::string_view value, const Place &place, Phrase &phrase) {
    const bool in_front = is_digit(value.front());
    const bool behind = !in_front && value.find_first_of("0123456789") != value.npos;
    if (in_front) {
      place.add_house_number(phrase);
      phrase.add(" ");
    }
    place.add_street(phrase);
    if (behind) {
      phrase.add(" ");
      place.add_house_number(phrase);
    }
  }

  const Part part_;
  const std::vector<const AddressCountry *> countries_;
  const size_t room_;
};

std::vector<const AddressCountry *> read_countries(const StrategyArgs &args) {
  std::vector<const AddressCountry *> countries;
  for (const std::string &code : args.options.strings("country")) {
    const AddressCountry *country = find_address_country(code);
    if (country == nullptr) {
      std::string all;
      for (const AddressCountry &known : address_countries()) all.append(all.empty() ? "" : ", ").append(known.code);
      args.options.refuse("country", "must be one or several of " + all);
    }
    countries.push_back(country);
  }
  if (countries.empty()) countries.push_back(find_address_country("US"));
  return countries;
}

// How much room every part of that kind fits, or a word instead.
size_t least_room(Part part, const std::vector<const AddressCountry *> &countries) {
  size_t least = 0;
  for (const AddressCountry *country : countries) {
    if (part == Part::postcode) least = std::max(least, country->postcode.size());
    if (part == Part::country) least = country->code.size();
    for (const Region &region : country->regions)
      if (part == Part::state) least = std::max(least, region.code.size());
  }
  constexpr size_t longest_number = 3;
  if (part == Part::house_number) return longest_number;
  return least > 0 ? least : town_stems.shortest();
}

std::unique_ptr<Strategy> make_part(const StrategyArgs &args, Part part) {
  const std::vector<const AddressCountry *> countries = read_countries(args);
  const size_t room = args.fit.max_chars == 0 ? SIZE_MAX : args.fit.max_chars, least = least_room(part, countries);
  if (room < least)
    fail(Code::does_not_fit, "a part of an address does not fit a column of " + std::to_string(room) + " characters",
         "It takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
  return std::make_unique<PlacePart>(args.key, part, countries, room);
}

bool is_of_country(const StrategyArgs &args) { return args.has_entity || args.options.has("country"); }

template <const PhraseRecipe &recipe, Part part>
std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  return is_of_country(args) ? make_part(args, part) : make_phrase(args, recipe);
}

template <Part part>
std::unique_ptr<Strategy> make_shaped(const StrategyArgs &args) {
  if (is_of_country(args)) return make_part(args, part);
  return std::make_unique<ShapedMask>(args.key, part == Part::postcode, args.fit);
}

constexpr RegistryEntry place_entry(const char *name, const char *summary, const char *example, StrategyFactory make) {
  RegistryEntry entry = phrase_entry(name, summary, example, make);
  entry.row.options_help = "country: of the address, one of AT, AU, BE, CA, CH, DE, ES, FR, GB, IT, NL, US, or a list";
  entry.row.takes_entity = true;
  return entry;
}

constexpr RegistryEntry shaped_entry(const char *name, const char *summary, const char *example, StrategyFactory make) {
  RegistryEntry entry = place_entry(name, summary, example, make);
  entry.row.shows_part = true;
  entry.row.when_unique = "fpe";
  return entry;
}

}  // namespace

extern constinit const RegistryEntry city_strategy =
    place_entry("city", "An invented town", "Marketwood", make<city, Part::city>);
extern constinit const RegistryEntry street_strategy =
    place_entry("street", "An invented street, with a number where the value has one", "Ngcobo Crescent",
                make<street, Part::street>);
extern constinit const RegistryEntry address_strategy = place_entry(
    "address", "An invented address in one line", "5 Rydberg Hill, 48554 Calby", make<address, Part::address>);
extern constinit const RegistryEntry state_strategy =
    place_entry("state", "A state of the United States, or its code for a code", "Nevada", make<state, Part::state>);
extern constinit const RegistryEntry country_strategy =
    place_entry("country", "A country, or its ISO 3166 code for a code", "New Zealand", make<country, Part::country>);
extern constinit const RegistryEntry house_number_strategy = shaped_entry(
    "house_number", "Another house number of the same shape", "Agt Palrglah", make_shaped<Part::house_number>);
extern constinit const RegistryEntry postcode_strategy =
    shaped_entry("postcode", "Another postal code of the same shape", "Ett Ayrttthb", make_shaped<Part::postcode>);

}  // namespace confiture::mask

// city, street, address, state, country: places that are invented, or any; house_number, postcode: others of that
// shape.
#include "mask/characters.h"
#include "mask/data/countries.h"
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

void compose_address(std::string_view value, Draws &draws, Phrase &phrase) {
  add_number(draws, phrase);
  phrase.add(" ");
  compose_street(value, draws, phrase);
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
                       address = {"address", compose_address, &town_stems},
                       state = {"state", compose_state, &state_codes},
                       country = {"country", compose_country, &state_codes};

// Digits for digits, letters for letters: those that postal codes of Canada, the Netherlands and the United Kingdom
// take in every place. No code and no number begins with 0.
class ShapedMask final : public PrfStrategy {
 public:
  ShapedMask(const Subkey &key, const ColumnFit &fit)
      : PrfStrategy(key), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    constexpr std::string_view letters = "ABEGHLNPRTWY";
    Draws draws(prf, random);
    value = cut_to(value, max_chars_, encoding_);
    char *p = out.reserve(value.size());
    bool first = true;
    size_t size = 0;
    for (const char c : value) {
      if (is_digit(c)) {
        p[size++] = static_cast<char>(first ? '1' + draws(9) : '0' + draws(10));
        first = false;
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
  uint32_t max_chars_;
  CharEncoding encoding_;
};

template <const PhraseRecipe &recipe>
std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  return make_phrase(args, recipe);
}

std::unique_ptr<Strategy> make_shaped(const StrategyArgs &args) {
  return std::make_unique<ShapedMask>(args.key, args.fit);
}

constexpr RegistryEntry shaped_entry(const char *name, const char *summary, const char *example) {
  RegistryEntry entry = phrase_entry(name, summary, example, make_shaped);
  entry.row.shows_part = true;
  entry.row.when_unique = "fpe";
  return entry;
}

}  // namespace

extern constinit const RegistryEntry city_strategy = phrase_entry("city", "An invented town", "Marketwood", make<city>);
extern constinit const RegistryEntry street_strategy = phrase_entry(
    "street", "An invented street, with a number where the value has one", "Ngcobo Crescent", make<street>);
extern constinit const RegistryEntry address_strategy =
    phrase_entry("address", "An invented address in one line", "5 Rydberg Hill, 48554 Calby", make<address>);
extern constinit const RegistryEntry state_strategy =
    phrase_entry("state", "A state of the United States, or its code for a code", "Nevada", make<state>);
extern constinit const RegistryEntry country_strategy =
    phrase_entry("country", "A country, or its ISO 3166 code for a code", "Niue", make<country>);
extern constinit const RegistryEntry house_number_strategy =
    shaped_entry("house_number", "Another house number of the same shape", "Ahp Hgrrpaln");
extern constinit const RegistryEntry postcode_strategy =
    shaped_entry("postcode", "Another postal code of the same shape", "Gbw Nbpgnwby");

}  // namespace confiture::mask

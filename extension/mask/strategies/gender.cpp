// gender: that of the invented person whom name, title and the like tell.
#include <algorithm>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/integer_range.h"
#include "mask/labels.h"
#include "mask/number_column.h"
#include "mask/person.h"

namespace confiture::mask {

namespace {

enum class Form : uint8_t { letter, small_letter, word, small_word, capitals };
constexpr std::string_view words_of[][2] = {
    {"M", "F"}, {"m", "f"}, {"Male", "Female"}, {"male", "female"}, {"MALE", "FEMALE"}};

// The form of a text: M or Male, m or male, MALE.
class GenderInForm final : public PrfStrategy {
 public:
  GenderInForm(const Subkey &key, bool has_long_words) : PrfStrategy(key), has_long_words_(has_long_words) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    out.append(words_of[static_cast<size_t>(form_of(value))][static_cast<size_t>(drawn_gender(random))]);
  }

 private:
  Form form_of(std::string_view value) const {
    const bool is_small = is_lower(value.front());
    if (!has_long_words_ || value.size() == 1) return is_small ? Form::small_letter : Form::letter;
    return is_small ? Form::small_word : is_upper(value[1]) ? Form::capitals : Form::word;
  }

  const bool has_long_words_;
};

// One of two words.
class GenderAsWord final : public PrfStrategy {
 public:
  GenderAsWord(const Subkey &key, std::string male, std::string female)
      : PrfStrategy(key), words_{std::move(male), std::move(female)} {}

  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    out.append(words_[static_cast<size_t>(drawn_gender(random))]);
  }

 private:
  const std::string words_[2];
};

// One of two numbers.
class GenderAsNumber final : public Strategy {
 public:
  GenderAsNumber(const Subkey &key, int64_t male, int64_t female) : prf_(key), numbers_{male, female} {}

  void set_entity(std::string_view entity) override { entity_.set(prf_, entity); }
  int64_t mask_integer(int64_t value, int) const override {
    return numbers_[static_cast<size_t>(drawn_gender(entity_ ? *entity_ : prf_(static_cast<uint64_t>(value))))];
  }

 private:
  Prf128 prf_;
  int64_t numbers_[2];
  EntityDraw entity_;
};

// By ISO/IEC 5218 unless a map says otherwise.
std::unique_ptr<Strategy> make_number(const StrategyArgs &args, const GenderWords &words) {
  int64_t numbers[] = {1, 2};
  for (const Gender gender : {Gender::male, Gender::female}) {
    if (!words.is_given()) break;
    const std::string *word = words.word_for(gender);
    if (word == nullptr) args.options.refuse("map", "must have a number for male and one for female");
    Numeric number;
    int64_t &integer = numbers[static_cast<size_t>(gender)];
    if (!read_decimal(*word, number) || !to_units(number, 0, integer) || !fits_in_bits(integer, bits_of(args.fit.kind)))
      args.options.refuse("map", "has no number that the column takes: " + in_quotes(*word));
  }
  return std::make_unique<GenderAsNumber>(args.key, numbers[0], numbers[1]);
}

// The labels of an enum have the meanings of their first letters.
const std::string *label_for(const std::vector<std::string> &labels, Gender gender) {
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const std::string &label) { return GenderWords().of(label) == gender; });
  return found == labels.end() ? nullptr : &*found;
}

void check_word(const StrategyArgs &args, const std::vector<std::string> &labels, const std::string &word) {
  if (!labels.empty() && std::find(labels.begin(), labels.end(), word) == labels.end())
    args.options.refuse("map", "has what is no label of the column's enum: " + in_quotes(word));
  if (args.fit.max_chars != 0 && count_characters(word, args.fit.encoding) > args.fit.max_chars)
    fail(Code::does_not_fit,
         "strategy \"gender\": a word does not fit a column of " + std::to_string(args.fit.max_chars) + " characters",
         "Give shorter words in option \"map\".");
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const std::vector<std::string> labels = labels_of(args.fit);
  const GenderWords words(args.options, "map");
  if (is_integer(args.fit.kind)) return make_number(args, words);
  if (!words.is_given() && labels.empty())
    return std::make_unique<GenderInForm>(args.key, args.fit.max_chars == 0 || args.fit.max_chars >= 6);
  const std::string *male = words.is_given() ? words.word_for(Gender::male) : label_for(labels, Gender::male);
  const std::string *female = words.is_given() ? words.word_for(Gender::female) : label_for(labels, Gender::female);
  if (male == nullptr || female == nullptr) args.options.refuse("map", "must have a word for male and one for female");
  for (const std::string *word : {male, female}) check_word(args, labels, *word);
  return std::make_unique<GenderAsWord>(args.key, *male, *female);
}

}  // namespace

extern constinit const RegistryEntry gender_strategy = {
    {.name = "gender",
     .summary = "The gender of an invented person, in the form that the value has",
     .options_help = "map: an object of words or numbers and male, female or any (default the form of the value; of "
                     "integers 1 is male, 2 female)",
     .example = "F",
     .example_of = "M",
     .kinds = kinds_of(ValueKind::text, ValueKind::enumeration) | integer_kinds,
     .takes_entity = true,
     .shows_part = true},
    make};

}  // namespace confiture::mask

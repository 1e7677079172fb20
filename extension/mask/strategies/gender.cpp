// gender: that of the invented person whom name, title and the like tell.
#include <algorithm>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/labels.h"
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
     .options_help = "map: an object of words and male, female or any (default the form of the value)",
     .example = "F",
     .example_of = "M",
     .kinds = kinds_of(ValueKind::text, ValueKind::enumeration),
     .takes_entity = true},
    make};

}  // namespace confiture::mask

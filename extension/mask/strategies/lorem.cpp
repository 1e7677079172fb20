// lorem: meaningless Latin of the value's length, or of so many words or sentences.
#include <algorithm>

#include "mask/characters.h"
#include "mask/data/word_list.h"
#include "mask/draws.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_words = 10000, most_sentences = 800;
constexpr size_t longest_word = 14, words_in_sentence = 12;

class LoremMask final : public PrfStrategy {
 public:
  LoremMask(const Subkey &key, size_t words, bool stops, const ColumnFit &fit)
      : PrfStrategy(key),
        words_(words),
        stops_(stops),
        room_(fit.max_chars == 0 ? SIZE_MAX : fit.max_chars),
        encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Draws draws(prf, random);
    const size_t length = words_ > 0 ? room_ : std::min(count_characters(value, encoding_), room_);
    size_t written = 0;
    for (size_t word = 0; written < length && (words_ == 0 || word < words_); word++) {
      const bool starts = word % words_in_sentence == 0;
      char *p = out.reserve(2 + longest_word);
      size_t n = 0;
      if (word > 0) {
        if (starts) p[n++] = '.';
        p[n++] = ' ';
      }
      const std::string_view latin = latin_words[draws(latin_words.count())];
      std::copy(latin.begin(), latin.end(), p + n);
      if (starts) p[n] = to_upper(p[n]);
      n += latin.size();
      n = std::min(n, length - written);
      // No blank at the end, which a comparison of char(n) would not see.
      if (written + n == length && p[n - 1] == ' ') p[n - 1] = '.';
      out.commit(n);
      written += n;
    }
    if (stops_ && written < length) out.append('.');
  }

 private:
  size_t words_;  // 0: as long as the value
  bool stops_;    // behind the last word too
  size_t room_;
  CharEncoding encoding_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  OptionReader &options = args.options;
  const bool stops = options.has("sentences");
  if (stops && options.has("words")) options.refuse("sentences", "does not go with option \"words\"");
  const int64_t sentences = stops ? options.integer("sentences", 0, 1, most_sentences) : 0;
  const int64_t words = options.has("words") ? options.integer("words", 0, 1, most_words) : 0;
  const auto count = static_cast<size_t>(stops ? sentences * static_cast<int64_t>(words_in_sentence) : words);
  return std::make_unique<LoremMask>(args.key, count, stops, args.fit);
}

}  // namespace

extern constinit const RegistryEntry lorem_strategy = {
    {.name = "lorem",
     .summary = "Meaningless Latin as long as the value",
     .options_help = "words: so many words instead, 1 to 10000; or sentences: so many of 12 words, 1 to 800",
     .example = "Nam sint sin"},
    make};

}  // namespace confiture::mask

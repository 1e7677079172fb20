#include "mask/phrase.h"

#include <string>

#include "mask/error.h"

namespace confiture::mask {

namespace {

class PhraseMask final : public PrfStrategy {
 public:
  PhraseMask(const Subkey &key, const PhraseRecipe &recipe, size_t room)
      : PrfStrategy(key), recipe_(recipe), room_(room) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Draws draws(prf, random);
    Phrase phrase;
    recipe_.compose(value, draws, phrase);
    if (phrase.view().size() <= room_) return out.append(phrase.view());
    out.append((*recipe_.instead)[draws(recipe_.instead->count(room_))]);
  }

 private:
  const PhraseRecipe &recipe_;
  size_t room_;
};

}  // namespace

std::unique_ptr<Strategy> make_phrase(const StrategyArgs &args, const PhraseRecipe &recipe) {
  const size_t room = args.fit.max_chars == 0 ? SIZE_MAX : args.fit.max_chars, least = recipe.instead->shortest();
  if (room < least)
    fail(Code::does_not_fit,
         std::string("strategy \"") + recipe.strategy + "\": nothing fits a column of " + std::to_string(room) +
             " characters",
         "The shortest takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
  return std::make_unique<PhraseMask>(args.key, recipe, room);
}

}  // namespace confiture::mask

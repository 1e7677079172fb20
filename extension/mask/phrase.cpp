#include "mask/phrase.h"

#include <string>

#include "mask/error.h"

namespace confiture::mask {

namespace {

class PhraseMask final : public PrfStrategy {
 public:
  PhraseMask(const Subkey &key, const PhraseRecipe &recipe, const WordList &instead, size_t room)
      : PrfStrategy(key), recipe_(recipe), instead_(instead), room_(room) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Draws draws(prf, random);
    for (const auto compose : {recipe_.compose, recipe_.compose_shorter}) {
      if (compose == nullptr) break;
      Phrase phrase;
      compose(value, draws, phrase);
      if (phrase.view().size() <= room_) return out.append(phrase.view());
    }
    out.append(instead_[draws(instead_.count(room_))]);
  }

 private:
  const PhraseRecipe &recipe_;
  const WordList &instead_;
  size_t room_;
};

}  // namespace

std::unique_ptr<Strategy> make_phrase(const StrategyArgs &args, const PhraseRecipe &recipe) {
  const size_t room = args.fit.max_chars == 0 ? SIZE_MAX : args.fit.max_chars;
  const bool has_room = recipe.codes == nullptr || room >= recipe.instead->shortest();
  const WordList &instead = has_room ? *recipe.instead : *recipe.codes;
  const size_t least = instead.shortest();
  if (room < least)
    fail(Code::does_not_fit,
         std::string("strategy \"") + recipe.strategy + "\": nothing fits a column of " + std::to_string(room) +
             " characters",
         "The shortest takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
  return std::make_unique<PhraseMask>(args.key, recipe, instead, room);
}

}  // namespace confiture::mask

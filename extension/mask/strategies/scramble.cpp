// scramble: another value of the same shape: letters by letters of the same case, digits by digits, the rest kept.
#include "mask/characters.h"
#include "mask/draws.h"
#include "mask/registry.h"
#include "mask/scramble.h"

namespace confiture::mask {

namespace {

class ScrambleMask final : public PrfStrategy {
 public:
  ScrambleMask(const Subkey &key, const ColumnFit &fit)
      : PrfStrategy(key), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Draws draws(prf, random);
    scramble(cut_to(value, max_chars_, encoding_), encoding_, draws, out);
  }

 private:
  uint32_t max_chars_;
  CharEncoding encoding_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) { return std::make_unique<ScrambleMask>(args.key, args.fit); }

}  // namespace

extern constinit const RegistryEntry scramble_strategy = {
    {.name = "scramble",
     .summary = "Letters become other letters of the same case, digits other digits; the rest stays",
     .example = "Djb Cjnpfmpy",
     .shows_part = true},
    make};

}  // namespace confiture::mask

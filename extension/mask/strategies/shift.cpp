// shift: a date moves by some days, to either side, by a distance that hangs on the value, or on its entity.
#include "mask/bits.h"
#include "mask/registry.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_days = 36500;

class ShiftMask final : public Strategy {
 public:
  ShiftMask(const Subkey &key, int64_t days, ValueKind kind) : prf_(key), days_(days), last_(last_day(kind)) {}

  void set_entity(std::string_view entity) override {
    has_entity_ = entity.data() != nullptr;
    if (has_entity_) entity_ = prf_(entity);
  }

  // Never by 0 days. What would leave the range of the type moves the other way.
  void mask_moment(Moment &value) const override {
    const auto drawn = static_cast<int64_t>(scale(draw(value).lo, static_cast<uint64_t>(2 * days_)));
    const int64_t distance = drawn < days_ ? drawn - days_ : drawn - days_ + 1;
    const int64_t day = value.day + distance;
    value.day = day < first_day || day > last_ ? value.day - distance : day;
  }

 private:
  PrfOutput draw(const Moment &value) const { return has_entity_ ? entity_ : prf_of(prf_, value); }

  Prf128 prf_;
  int64_t days_, last_;
  PrfOutput entity_{};
  bool has_entity_ = false;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  return std::make_unique<ShiftMask>(args.key, args.options.integer("days", 30, 1, most_days), args.fit.kind);
}

}  // namespace

extern constinit const RegistryEntry shift_strategy = {
    {.name = "shift",
     .summary = "A date moved by some days, the time of day kept",
     .options_help = "days: how far at most, to either side, 1 to 36500 (default 30)",
     .example = "1815-12-07",
     .example_of = "1815-12-10",
     .kinds = day_kinds,
     .takes_entity = true,
     .shows_part = true},
    make};

}  // namespace confiture::mask

// shift: a date moves by some days, a time by some minutes, to either side, by a distance that hangs on the value, or
// on its entity.
#include "mask/bits.h"
#include "mask/registry.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_days = 36500, most_minutes = 12 * 60;

class ShiftMask final : public Strategy {
 public:
  // `most` days, or minutes of a time.
  ShiftMask(const Subkey &key, int64_t most, ValueKind kind) : prf_(key), most_(most), last_(last_day(kind)) {}

  void set_entity(std::string_view entity) override { entity_.set(prf_, entity); }

  // What would leave the range of the type moves the other way.
  void mask_moment(Moment &value) const override {
    const int64_t distance = distance_of(entity_ ? *entity_ : prf_of(prf_, value));
    const int64_t day = value.day + distance;
    value.day = day < first_day || day > last_ ? value.day - distance : day;
  }

  // Round the clock.
  int64_t mask_time(int64_t value) const override {
    const int64_t distance = distance_of(entity_ ? *entity_ : prf_(static_cast<uint64_t>(value)));
    return (value + distance * minute_length + day_length) % day_length;
  }

 private:
  // Never 0.
  int64_t distance_of(const PrfOutput &random) const {
    const auto drawn = static_cast<int64_t>(scale(random.lo, static_cast<uint64_t>(2 * most_)));
    return drawn < most_ ? drawn - most_ : drawn - most_ + 1;
  }

  Prf128 prf_;
  int64_t most_, last_;
  EntityDraw entity_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const bool is_time = (kind_bit(args.fit.kind) & time_kinds) != 0;
  const int64_t most =
      is_time ? args.options.integer("minutes", 30, 1, most_minutes) : args.options.integer("days", 30, 1, most_days);
  return std::make_unique<ShiftMask>(args.key, most, args.fit.kind);
}

}  // namespace

extern constinit const RegistryEntry shift_strategy = {
    {.name = "shift",
     .summary = "A date moved by some days, the time of day kept, or a time moved by some minutes",
     .options_help =
         "days: how far dates move at most, to either side, 1 to 36500 (default 30); minutes: the same of times, 1 to "
         "720 (default 30)",
     .example = "1815-12-07",
     .example_of = "1815-12-10",
     .kinds = day_kinds | time_kinds,
     .takes_entity = true,
     .shows_part = true},
    make};

}  // namespace confiture::mask

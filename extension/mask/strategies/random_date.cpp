// random_date: any date between two, the same for the same value.
#include "mask/bits.h"
#include "mask/form/text_form.h"
#include "mask/registry.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

constexpr uint64_t seconds_in_day = day_length / second_length;

class RandomDateMask final : public Strategy {
 public:
  RandomDateMask(const Subkey &key, int64_t first, int64_t last, bool has_time)
      : prf_(key), first_(first), last_(last), has_time_(has_time) {}

  void mask_moment(Moment &value) const override {
    const PrfOutput random = prf_of(prf_, value);
    // Another day than the true one, if there is another.
    const bool skips = value.day >= first_ && value.day <= last_ && first_ < last_;
    const auto count = static_cast<uint64_t>(last_ - first_ + (skips ? 0 : 1));
    const int64_t day = first_ + static_cast<int64_t>(scale(random.lo, count));
    const uint64_t second = has_time_ ? scale(random.hi, seconds_in_day) : 0;
    value = {day + (skips && day >= value.day ? 1 : 0), static_cast<int64_t>(second) * second_length};
  }

 private:
  Prf128 prf_;
  int64_t first_, last_;
  bool has_time_;
};

int64_t read_limit(const StrategyArgs &args, const char *name, std::string_view fallback) {
  int64_t day = 0;
  if (!TextForm::read_day(args.options.string(name, fallback), day) || day < first_day || day > last_day(args.fit.kind))
    args.options.refuse(name, "must be a date as 2025-01-31");
  return day;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const int64_t first = read_limit(args, "min", "2000-01-01"), last = read_limit(args, "max", "2029-12-31");
  if (first > last) args.options.refuse("max", "must not be before option \"min\"");
  return std::make_unique<RandomDateMask>(args.key, first, last, args.fit.kind != ValueKind::date);
}

}  // namespace

extern constinit const RegistryEntry random_date_strategy = {
    {.name = "random_date",
     .summary = "Any date between two; timestamps with any second of it",
     .options_help = "min: the first day (default 2000-01-01); max: the last one (default 2029-12-31)",
     .example = "2000-01-19",
     .example_of = "1815-12-10",
     .kinds = day_kinds},
    make};

}  // namespace confiture::mask

// random_date: any date or time between two, the same for the same value.
#include <algorithm>

#include "mask/bits.h"
#include "mask/form/text_form.h"
#include "mask/registry.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

constexpr uint64_t seconds_in_day = day_length / second_length;

// From `first` to `last`, and another one than `value`, if there is another.
int64_t draw_other(int64_t first, int64_t last, int64_t value, uint64_t random) {
  const bool skips = value >= first && value <= last && first < last;
  const auto count = static_cast<uint64_t>(last - first + (skips ? 0 : 1));
  const int64_t drawn = first + static_cast<int64_t>(scale(random, count));
  return drawn + (skips && drawn >= value ? 1 : 0);
}

class RandomDateMask final : public Strategy {
 public:
  // Days, or seconds of a time.
  RandomDateMask(const Subkey &key, int64_t first, int64_t last, bool has_time)
      : prf_(key), first_(first), last_(last), has_time_(has_time) {}

  void mask_moment(Moment &value) const override {
    const PrfOutput random = prf_of(prf_, value);
    const uint64_t second = has_time_ ? scale(random.hi, seconds_in_day) : 0;
    value = {draw_other(first_, last_, value.day, random.lo), static_cast<int64_t>(second) * second_length};
  }
  int64_t mask_time(int64_t value) const override {
    return draw_other(first_, last_, value / second_length, prf_(static_cast<uint64_t>(value)).lo) * second_length;
  }

 private:
  Prf128 prf_;
  int64_t first_, last_;
  bool has_time_;
};

// Days of dates, seconds of times.
int64_t read_limit(const StrategyArgs &args, const char *name, const char *day, const char *time) {
  int64_t limit = 0;
  if ((kind_bit(args.fit.kind) & time_kinds) == 0) {
    if (!TextForm::read_day(args.options.string(name, day), limit) || limit < first_day ||
        limit > last_day(args.fit.kind))
      args.options.refuse(name, "must be a date as 2025-01-31");
    return limit;
  }
  constexpr size_t without_seconds = 5;
  std::string text = args.options.string(name, time);
  if (text.size() == without_seconds) text += ":00";
  if (!TextForm::read_time(text, limit) || limit == day_length || limit % second_length != 0)
    args.options.refuse(name, "must be a time as 09:30 or 09:30:15");
  return limit / second_length;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  int64_t first = read_limit(args, "min", "2000-01-01", "00:00:00");
  int64_t last = read_limit(args, "max", "2029-12-31", "23:59:59");
  // One limit that is beyond the other one's default has thirty years beside it.
  constexpr int64_t usual_days = 10957;
  if (first > last && !args.options.has("min")) first = std::max(last - usual_days, first_day);
  if (first > last && !args.options.has("max")) last = std::min(first + usual_days, last_day(args.fit.kind));
  if (first > last) args.options.refuse("max", "must not be before option \"min\"");
  return std::make_unique<RandomDateMask>(args.key, first, last, args.fit.kind != ValueKind::date);
}

}  // namespace

extern constinit const RegistryEntry random_date_strategy = {
    {.name = "random_date",
     .summary = "Any date between two; timestamps with any second of it, times alone likewise",
     .options_help = "min: the first day (default 2000-01-01) or time; max: the last one (default 2029-12-31); "
                     "beyond these, thirty years from the other",
     .example = "2000-01-19",
     .example_of = "1815-12-10",
     .kinds = day_kinds | time_kinds},
    make};

}  // namespace confiture::mask

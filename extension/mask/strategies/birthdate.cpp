// birthdate: another day of the same year, or of the same band of years; ages at a given date stay between limits.
#include <algorithm>

#include "mask/bits.h"
#include "mask/form/text_form.h"
#include "mask/registry.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

constexpr int64_t oldest_age = 200;
constexpr int64_t days_in_year = 365;

struct Days {
  int64_t first, last;
};

class BirthdateMask final : public Strategy {
 public:
  BirthdateMask(const Subkey &key, int64_t band, Days allowed) : prf_(key), band_(band), allowed_(allowed) {}

  void mask_moment(Moment &value) const override { mask_moment(value, prf_of(prf_, value)); }
  void mask_moments(std::span<Moment> values) const override {
    PrfOutput random[side_by_side];
    prf_of_all(prf_, values, random);
    for (size_t i = 0; i < values.size(); i++) mask_moment(values[i], random[i]);
  }

 private:
  // The year, or the band of years.
  Days around(int64_t day) const {
    const Year year = year_of(day);
    if (band_ == 1) return {year.first_day, year.first_day + year.days - 1};
    const int64_t start = year.number - (year.number % band_ + band_) % band_;
    return {day_of({start, 1, 1}), day_of({start + band_ - 1, 12, 31})};
  }

  void mask_moment(Moment &value, const PrfOutput &random) const {
    Days days = around(value.day);
    days = {std::max(days.first, allowed_.first), std::min(days.last, allowed_.last)};
    // People outside of the limits get the ages of those at the limit.
    if (days.first > days.last)
      days = days.first > allowed_.last
                 ? Days{std::max(allowed_.last - days_in_year + 1, allowed_.first), allowed_.last}
                 : Days{allowed_.first, std::min(allowed_.first + days_in_year - 1, allowed_.last)};
    // Another day than the true one, if there is another.
    const bool skips = value.day >= days.first && value.day <= days.last && days.first < days.last;
    const auto count = static_cast<uint64_t>(days.last - days.first + (skips ? 0 : 1));
    const int64_t day = days.first + static_cast<int64_t>(scale(random.lo, count));
    value = {day + (skips && day >= value.day ? 1 : 0), 0};
  }

  Prf128 prf_;
  int64_t band_;
  Days allowed_;
};

// The day that many years before.
int64_t years_before(int64_t day, int64_t years) {
  CivilDate date = civil_date(day);
  date.year -= years;
  date.day = std::min(date.day, days_in_month(date.year, date.month));
  return day_of(date);
}

Days allowed_days(const StrategyArgs &args) {
  Days days{first_day, last_day(args.fit.kind)};
  const bool has_youngest = args.options.has("min_age"), has_oldest = args.options.has("max_age");
  const int64_t youngest = args.options.integer("min_age", 0, 0, oldest_age);
  const int64_t oldest = args.options.integer("max_age", oldest_age, 0, oldest_age);
  const std::string as_of = args.options.string("as_of", "");
  if (!has_youngest && !has_oldest) {
    if (!as_of.empty()) args.options.refuse("as_of", "means nothing without \"min_age\" or \"max_age\"");
    return days;
  }
  // Not today: a mask must not change overnight.
  if (as_of.empty()) args.options.refuse("as_of", "is missing: the date at which ages count");
  int64_t day = 0;
  if (!TextForm::read_day(as_of, day) || day == INT32_MAX || day == INT32_MIN || civil_date(day).year < 1 ||
      civil_date(day).year > 9999)
    args.options.refuse("as_of", "must be a date as 2025-01-31");
  if (youngest > oldest) args.options.refuse("max_age", "must not be less than option \"min_age\"");
  if (has_youngest) days.last = years_before(day, youngest);
  if (has_oldest) days.first = years_before(day, oldest + 1) + 1;
  return days;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const int64_t band = args.options.integer("band", 1, 1, 100);
  return std::make_unique<BirthdateMask>(args.key, band, allowed_days(args));
}

}  // namespace

extern constinit const RegistryEntry birthdate_strategy = {
    {.name = "birthdate",
     .summary = "Another day of the same year or band of years",
     .options_help = "band: years that count as one, 1 to 100 (default 1); min_age, max_age: whoever is younger or "
                     "older gets that age; as_of: the date at which ages count, required with them",
     .example = "1815-09-18",
     .example_of = "1815-12-10",
     .kinds = day_kinds},
    make};

}  // namespace confiture::mask

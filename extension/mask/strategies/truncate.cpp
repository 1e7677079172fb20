// truncate: the beginning of the month, quarter, year, hour … that a date or time is in; of timestamps in UTC.
#include <algorithm>

#include "mask/registry.h"

namespace confiture::mask {

namespace {

// From the finest on.
enum class Unit : size_t { minute, hour, day, month, quarter, year, decade };
constexpr std::string_view units[] = {"minute", "hour", "day", "month", "quarter", "year", "decade"};

int64_t floor_to(int64_t number, int64_t step) { return number - (number % step + step) % step; }

class TruncateMask final : public Strategy {
 public:
  explicit TruncateMask(Unit unit) : unit_(unit) {}

  void mask_moment(Moment &value) const override {
    if (unit_ < Unit::day) {
      value.time = floor_to(value.time, length());
      return;
    }
    value.time = 0;
    if (unit_ == Unit::day) return;
    CivilDate date = civil_date(value.day);
    date.day = 1;
    if (unit_ == Unit::quarter) date.month = (date.month - 1) / 3 * 3 + 1;
    if (unit_ >= Unit::year) date.month = 1;
    if (unit_ == Unit::decade) date.year = floor_to(date.year, 10);
    value.day = std::max(day_of(date), first_day);
  }

  int64_t mask_time(int64_t value) const override { return value - value % length(); }

  // As date_trunc(): towards zero, part by part.
  void mask_interval(Interval &value) const override {
    if (unit_ < Unit::day) {
      value.microseconds -= value.microseconds % length();
      return;
    }
    value.microseconds = 0;
    if (unit_ == Unit::day) return;
    value.days = 0;
    if (unit_ == Unit::month) return;
    value.months -= value.months % (unit_ == Unit::quarter ? 3 : unit_ == Unit::year ? 12 : 120);
  }

 private:
  int64_t length() const { return unit_ == Unit::minute ? minute_length : hour_length; }

  Unit unit_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const bool is_time = (kind_bit(args.fit.kind) & time_kinds) != 0, is_date = args.fit.kind == ValueKind::date;
  const std::span all(units);
  const auto day = static_cast<size_t>(Unit::day);
  // A date has no hours, a time no days.
  const std::span words = is_time ? all.first(day) : is_date ? all.subspan(day + 1) : all;
  const size_t word = args.options.word("to", is_time ? "hour" : "month", words);
  return std::make_unique<TruncateMask>(static_cast<Unit>(word + (is_date ? day + 1 : 0)));
}

}  // namespace

extern constinit const RegistryEntry truncate_strategy = {
    {.name = "truncate",
     .summary = "The beginning of the month, quarter or year that a date is in, or of the hour of a time",
     .options_help = "to: minute, hour, day, month, quarter, year or decade, as the type has them (default month, of "
                     "times hour)",
     .example = "1815-12-01",
     .example_of = "1815-12-10",
     .kinds = day_kinds | time_kinds | kinds_of(ValueKind::interval),
     .keyed = false,
     .shows_part = true},
    make};

}  // namespace confiture::mask

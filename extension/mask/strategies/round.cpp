// round: a number rounded to some decimals, or to tens, hundreds and so on; halves away from zero.
#include <algorithm>
#include <cmath>

#include "mask/number_column.h"

namespace confiture::mask {

namespace {

constexpr int most_places = 18;

class RoundInteger final : public Strategy {
 public:
  explicit RoundInteger(int decimals) {
    for (int i = decimals; i < 0; i++) unit_ *= 10;
  }

  // What would leave the type's range is rounded towards zero.
  int64_t mask_integer(int64_t value, int bits) const override {
    const int64_t rest = value % unit_, down = value - rest;
    if (rest < 0 ? -rest < unit_ - unit_ / 2 : rest < unit_ - unit_ / 2) return down;
    const int64_t step = value < 0 ? -unit_ : unit_;
    if (value < 0 ? down < lowest_integer(bits) - step : down > highest_integer(bits) - step) return down;
    return down + step;
  }

 private:
  int64_t unit_ = 1;
};

class RoundNumeric final : public Strategy {
 public:
  RoundNumeric(int decimals, const ColumnFit &fit) : decimals_(decimals), limit_(fit) {}

  void mask_numeric(Numeric &value) const override {
    Numeric rounded(value);
    rounded.round(decimals_);
    if (rounded.weight <= Numeric::most_weight && limit_.takes(rounded))
      value = rounded;
    else
      value.truncate(decimals_);
    limit_.apply(value);
  }

 private:
  int decimals_;
  NumericLimit limit_;
};

class RoundFloat final : public Strategy {
 public:
  explicit RoundFloat(int decimals) : unit_(std::pow(10.0, std::abs(decimals))), is_fraction_(decimals > 0) {}

  // Divides or multiplies by a power of ten that is exact. Large numbers have no decimals to round.
  double mask_float(double value, int bits) const override {
    if (is_fraction_ && std::abs(value) >= 9007199254740992.0 / unit_) return value;
    const double rounded = is_fraction_ ? std::round(value * unit_) / unit_ : std::round(value / unit_) * unit_;
    const double narrow = bits == 32 ? static_cast<float>(rounded) : rounded;
    return std::isfinite(narrow) ? narrow : value;
  }

 private:
  double unit_;
  bool is_fraction_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const ValueKind kind = args.fit.kind;
  const auto decimals = static_cast<int>(
      args.options.integer("decimals", is_integer(kind) ? -1 : 0, -most_places, is_integer(kind) ? 0 : most_places));
  if (is_integer(kind)) return std::make_unique<RoundInteger>(decimals);
  if (kind == ValueKind::numeric) return std::make_unique<RoundNumeric>(decimals, args.fit);
  return std::make_unique<RoundFloat>(decimals);
}

}  // namespace

extern constinit const RegistryEntry round_strategy = {
    {.name = "round",
     .summary = "A number rounded to some decimals, or to tens, hundreds and so on",
     .options_help = "decimals: digits behind the point, or before it if negative: -2 rounds to hundreds; -18 to 18 "
                     "(default 0, of integers -1)",
     .example = "1820",
     .example_of = "1815",
     .kinds = number_kinds,
     .keyed = false,
     .shows_part = true},
    make};

}  // namespace confiture::mask

// random_number: any number between two, the same for the same value.
#include <algorithm>

#include "mask/bits.h"
#include "mask/error.h"
#include "mask/number_column.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

constexpr int most_decimals = 15;

// In units of 10^-decimals.
struct Range {
  int64_t lowest, highest;

  int64_t draw(uint64_t random) const {
    const uint64_t count = static_cast<uint64_t>(highest) - static_cast<uint64_t>(lowest) + 1;
    return static_cast<int64_t>(static_cast<uint64_t>(lowest) + (count == 0 ? random : scale(random, count)));
  }
  // Another one, if there is another.
  int64_t after(int64_t number) const { return number == highest ? lowest : number + 1; }
};

class RandomInteger final : public Strategy {
 public:
  RandomInteger(const Subkey &key, Range range) : prf_(key), range_(range) {}

  int64_t mask_integer(int64_t value, int) const override {
    const int64_t drawn = range_.draw(prf_(static_cast<uint64_t>(value)).lo);
    return drawn == value ? range_.after(drawn) : drawn;
  }

 private:
  Prf128 prf_;
  Range range_;
};

class RandomNumeric final : public Strategy {
 public:
  RandomNumeric(const Subkey &key, Range range, int decimals, const ColumnFit &fit)
      : prf_(key), range_(range), decimals_(decimals), limit_(fit) {}

  void mask_numeric(Numeric &value) const override {
    const int64_t drawn = range_.draw(prf_of(prf_, value).lo);
    Numeric masked(drawn, decimals_);
    if (compare(masked, value) == 0) masked = Numeric(range_.after(drawn), decimals_);
    value = masked;
    limit_.apply(value);
  }

 private:
  Prf128 prf_;
  Range range_;
  int decimals_;
  NumericLimit limit_;
};

class RandomFloat final : public Strategy {
 public:
  RandomFloat(const Subkey &key, Range range, int decimals) : prf_(key), range_(range) {
    for (; decimals > 0; decimals--) divisor_ *= 10;
  }

  double mask_float(double value, int) const override {
    const int64_t drawn = range_.draw(prf_of(prf_, value).lo);
    const double masked = static_cast<double>(drawn) / divisor_;
    return masked == value ? static_cast<double>(range_.after(drawn)) / divisor_ : masked;
  }

 private:
  Prf128 prf_;
  Range range_;
  double divisor_ = 1;
};

// 10^digits - 1, or the largest number there is.
int64_t nines(int digits) {
  if (digits > 18) return INT64_MAX;
  int64_t power = 1;
  for (; digits > 0; digits--) power *= 10;
  return power - 1;
}

// The largest number of the column.
int64_t room_of(const ColumnFit &fit, int decimals) {
  if (is_integer(fit.kind)) return highest_integer(bits_of(fit.kind));
  return fit.precision == 0 ? INT64_MAX : nines(static_cast<int>(fit.precision) - fit.scale + decimals);
}

int64_t read_limit(const StrategyArgs &args, const char *name, int decimals, int64_t fallback) {
  int64_t units = fallback;
  if (args.options.has(name) && !to_units(args.options.decimal(name, "0"), decimals, units))
    args.options.refuse(name, "must be a number with at most as many decimals as option \"decimals\", in 63 bits");
  return units;
}

int decimals_of_limits(OptionReader &options) {
  return std::max(options.decimal("min", "0").scale, options.decimal("max", "0").scale);
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const ValueKind kind = args.fit.kind;
  const int most = is_integer(kind) ? 0 : std::clamp(scale_of(args.fit, most_decimals), 0, most_decimals);
  const int usual_decimals = args.fit.precision != 0 ? most : std::min(most, decimals_of_limits(args.options));
  const auto decimals = static_cast<int>(args.options.integer("decimals", usual_decimals, 0, most));
  const int64_t room = room_of(args.fit, decimals);
  const int64_t lowest = read_limit(args, "min", decimals, 0);
  const int64_t usual = std::min(room, nines(decimals + 6));
  const int64_t highest = read_limit(args, "max", decimals, std::max(lowest, usual));
  if (lowest > highest) args.options.refuse("max", "must not be less than option \"min\"");
  if (lowest < -room - (is_integer(kind) ? 1 : 0) || highest > room)
    fail(Code::does_not_fit, "strategy \"random_number\": the range from \"min\" to \"max\" does not fit the column",
         "Give limits that the column's type takes.");

  const Range range{lowest, highest};
  if (is_integer(kind)) return std::make_unique<RandomInteger>(args.key, range);
  if (kind == ValueKind::numeric) return std::make_unique<RandomNumeric>(args.key, range, decimals, args.fit);
  return std::make_unique<RandomFloat>(args.key, range, decimals);
}

}  // namespace

extern constinit const RegistryEntry random_number_strategy = {
    {.name = "random_number",
     .summary = "Any number between two",
     .options_help = "min: the lowest (default 0); max: the highest (default 999999, or what the column takes); "
                     "decimals: behind the point (default those of a numeric column, else of min and max)",
     .example = "8251",
     .example_of = "1815",
     .kinds = number_kinds},
    make};

}  // namespace confiture::mask

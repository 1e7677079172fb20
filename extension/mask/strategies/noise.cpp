// noise: a number changed by a share of itself, or by some amount, to either side. The sign and the decimals stay.
//
// Noise hides a value and no person: who knows the true amounts of others, or sees many noisy ones of one person, can
// tell a lot (Dwork, Roth: The Algorithmic Foundations of Differential Privacy, 2014).
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <optional>

#include "mask/bits.h"
#include "mask/number_column.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

__extension__ using Wide = __int128;

constexpr int64_t one = 100000000;  // shares are counted in hundred-millionths
constexpr int most_decimals = 15;

// What stays the same for all types: how much is added, in shares of the value or of the amount.
struct NoiseOptions {
  int64_t reach = one / 10;       // at most, in hundred-millionths; of an amount all of it
  std::optional<Numeric> amount;  // absolute noise
  std::optional<Numeric> lowest, highest;
  bool has_decimals = false;
  int decimals = 0;

  // From -reach to reach.
  int64_t share(uint64_t random) const {
    return static_cast<int64_t>(scale(random, static_cast<uint64_t>(2 * reach + 1))) - reach;
  }
};

int64_t round_division(Wide number, int64_t by) {
  const Wide half = by / 2;
  return static_cast<int64_t>((number < 0 ? number - half : number + half) / by);
}

class NoiseInteger final : public Strategy {
 public:
  NoiseInteger(const Subkey &key, const NoiseOptions &options, int bits) : prf_(key), options_(options) {
    lowest_ = lowest_integer(bits);
    highest_ = highest_integer(bits);
    int64_t limit = 0;
    if (options_.lowest && to_units(*options_.lowest, 0, limit)) lowest_ = std::max(lowest_, limit);
    if (options_.highest && to_units(*options_.highest, 0, limit)) highest_ = std::min(highest_, limit);
    if (options_.amount) (void)to_units(*options_.amount, 0, amount_);
  }

  int64_t mask_integer(int64_t value, int) const override {
    const int64_t share = options_.share(prf_(static_cast<uint64_t>(value)).lo);
    Wide noisy = value + Wide{round_division(Wide{options_.amount ? amount_ : value} * share, one)};
    if (value > 0 ? noisy < 0 : value < 0 && noisy > 0) noisy = 0;
    return static_cast<int64_t>(std::clamp<Wide>(noisy, lowest_, highest_));
  }

 private:
  Prf128 prf_;
  NoiseOptions options_;
  int64_t lowest_, highest_, amount_ = 0;
};

class NoiseNumeric final : public Strategy {
 public:
  NoiseNumeric(const Subkey &key, const NoiseOptions &options, const ColumnFit &fit)
      : prf_(key), options_(options), limit_(fit) {}

  void mask_numeric(Numeric &value) const override {
    const int64_t share = options_.share(prf_of(prf_, value).lo);
    const int decimals = options_.has_decimals ? options_.decimals : value.scale;
    const bool was_zero = value.is_zero(), was_negative = value.is_negative;
    if (options_.amount) {
      Numeric added(*options_.amount);
      added.multiply(static_cast<uint64_t>(std::abs(share)));
      added.is_negative = share < 0 && !added.is_zero();
      value.add(added);
      if (!was_zero && value.is_negative != was_negative) value = Numeric();
      value.round(decimals);
    } else {
      value.multiply(static_cast<uint64_t>(one + share), decimals);
    }
    if (options_.lowest && compare(value, *options_.lowest) < 0) value = *options_.lowest;
    if (options_.highest && compare(value, *options_.highest) > 0) value = *options_.highest;
    value.scale = std::max(value.scale, decimals);
    limit_.apply(value);
  }

 private:
  Prf128 prf_;
  NoiseOptions options_;
  NumericLimit limit_;
};

class NoiseFloat final : public Strategy {
 public:
  NoiseFloat(const Subkey &key, const NoiseOptions &options, ValueKind kind)
      : prf_(key), options_(options), highest_(kind == ValueKind::float4 ? FLT_MAX : DBL_MAX) {
    lowest_ = -highest_;
    if (options_.lowest) lowest_ = std::max(lowest_, to_double(*options_.lowest));
    if (options_.highest) highest_ = std::min(highest_, to_double(*options_.highest));
    if (options_.amount) amount_ = to_double(*options_.amount);
  }

  // Multiplies and divides in this order, so that no compiler fuses two steps into one that rounds otherwise.
  double mask_float(double value, int) const override {
    const int64_t share = options_.share(prf_of(prf_, value).lo);
    double noisy = options_.amount ? value + amount_ * static_cast<double>(share) / one
                                   : value / one * static_cast<double>(one + share);
    if (value > 0 ? noisy < 0 : value < 0 && noisy > 0) noisy = 0;
    if (options_.has_decimals && std::abs(noisy) < 1e15) {
      const double unit = std::pow(10.0, options_.decimals);
      if (std::abs(noisy) < DBL_MAX / unit) noisy = std::round(noisy * unit) / unit;
    }
    return std::clamp(noisy, lowest_, highest_);
  }

 private:
  Prf128 prf_;
  NoiseOptions options_;
  double lowest_ = 0, highest_, amount_ = 0;
};

// Integers take whole numbers as limits and amount.
std::optional<Numeric> read_number(const StrategyArgs &args, const char *name) {
  if (!args.options.has(name)) return {};
  std::optional<Numeric> number = args.options.decimal(name, "0");
  int64_t units = 0;
  if (is_integer(args.fit.kind) && !to_units(*number, 0, units))
    args.options.refuse(name, "must be a whole number of at most 64 bits in a column of integers");
  return number;
}

NoiseOptions read_options(const StrategyArgs &args) {
  NoiseOptions options;
  options.amount = read_number(args, "absolute");
  options.lowest = read_number(args, "min");
  options.highest = read_number(args, "max");
  if (options.amount) {
    options.reach = one;
    if (args.options.has("relative")) args.options.refuse("absolute", "does not go with option \"relative\"");
    if (options.amount->is_negative || options.amount->is_zero())
      args.options.refuse("absolute", "must be more than 0");
  } else if (!to_units(args.options.decimal("relative", "0.1"), 8, options.reach) || options.reach < 1 ||
             options.reach > one) {
    args.options.refuse("relative", "must be a share from 0.00000001 to 1");
  }
  if (options.lowest && options.highest && compare(*options.lowest, *options.highest) > 0)
    args.options.refuse("max", "must not be less than option \"min\"");
  options.has_decimals = args.options.has("decimals");
  options.decimals =
      static_cast<int>(args.options.integer("decimals", 0, 0, is_integer(args.fit.kind) ? 0 : most_decimals));
  return options;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const NoiseOptions options = read_options(args);
  const ValueKind kind = args.fit.kind;
  if (is_integer(kind)) return std::make_unique<NoiseInteger>(args.key, options, bits_of(kind));
  if (kind == ValueKind::numeric) return std::make_unique<NoiseNumeric>(args.key, options, args.fit);
  return std::make_unique<NoiseFloat>(args.key, options, kind);
}

}  // namespace

extern constinit const RegistryEntry noise_strategy = {
    {.name = "noise",
     .summary = "A number changed by a share of itself or by some amount, sign and decimals kept",
     .options_help = "relative: the largest share, 0 to 1 (default 0.1); absolute: the largest amount instead; min, "
                     "max: limits of the result; decimals: round it (default: as the value)",
     .example = "1934",
     .example_of = "1815",
     .kinds = number_kinds,
     .shows_part = true},
    make};

}  // namespace confiture::mask

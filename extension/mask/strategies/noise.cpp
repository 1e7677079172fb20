// noise: a number or an interval changed by a share of itself, or by some amount, to either side. The sign and the
// decimals stay.
//
// Noise hides a value and no person: who knows the true amounts of others, or sees many noisy ones of one person, can
// tell a lot (Dwork, Roth: The Algorithmic Foundations of Differential Privacy, 2014).
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <optional>

#include "mask/bits.h"
#include "mask/form/text_form.h"
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
  std::optional<Interval> span, shortest, longest;  // the same of intervals
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
  double mask_float(double value, int bits) const override {
    const int64_t share = options_.share(prf_of(prf_, value).lo);
    double noisy = options_.amount ? value + amount_ * static_cast<double>(share) / one
                                   : value / one * static_cast<double>(one + share);
    if (value > 0 ? noisy < 0 : value < 0 && noisy > 0) noisy = 0;
    const int decimals = options_.has_decimals ? options_.decimals : decimals_of(value, bits);
    if (decimals >= 0 && std::abs(noisy) < too_large_for_decimals) noisy = rounded(noisy, decimals);
    return std::clamp(noisy, lowest_, highest_);
  }

 private:
  static constexpr double too_large_for_decimals = 1e15;
  static double rounded(double value, int decimals) {
    constexpr double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    return std::round(value * powers[decimals]) / powers[decimals];
  }
  // Digits behind the point of 18.15, which is no binary fraction; -1: as many as there can be.
  static int decimals_of(double value, int bits) {
    if (std::abs(value) >= too_large_for_decimals) return -1;
    for (int decimals = 0; decimals <= (bits == 32 ? 6 : most_decimals); decimals++) {
      const double same = rounded(value, decimals);
      if (bits == 32 ? static_cast<float>(same) == static_cast<float>(value) : same == value) return decimals;
    }
    return -1;
  }

  Prf128 prf_;
  NoiseOptions options_;
  double lowest_ = 0, highest_, amount_ = 0;
};

// In the units that the value has: whole months, whole days, else seconds with as many decimals.
class NoiseInterval final : public Strategy {
 public:
  NoiseInterval(const Subkey &key, const NoiseOptions &options) : prf_(key), options_(options) {}

  void mask_interval(Interval &value) const override {
    const Interval::Span before = value.span();
    const bool is_mixed = (value.months < 0 || value.days < 0 || value.microseconds < 0) &&
                          (value.months > 0 || value.days > 0 || value.microseconds > 0);
    const int64_t share = options_.share(prf_of(prf_, value).lo);
    const Interval &amount = options_.span ? *options_.span : value;
    const int decimals = options_.has_decimals ? options_.decimals
                         : value.microseconds == 0 && amount.microseconds == 0
                             ? (value.days == 0 && amount.days == 0 ? whole_months : whole_days)
                             : std::max(decimals_of(value), decimals_of(amount));
    // Parts of a month are days, and parts of a day time, as where PostgreSQL multiplies intervals.
    Wide months = Wide{amount.months} * share, days = Wide{amount.days} * share,
         time = Wide{amount.microseconds} * share;
    if (decimals != whole_months) days += months % one * days_in_month, months -= months % one;
    if (decimals >= 0) time += days % one * day_length, days -= days % one;
    const int64_t unit = unit_of(std::max(decimals, 0));
    value.months = add(value.months, round_division(months, one));
    value.days = add(value.days, round_division(days, one));
    value.microseconds = add(value.microseconds, Wide{round_division(round_division(time, one), unit)} * unit);
    if (!is_mixed) {
      borrow(value.months, value.days, days_in_month);
      borrow(value.days, value.microseconds, day_length);
    }
    const Interval::Span after = value.span();
    if (before > 0 ? after < 0 : before < 0 && after > 0) value = {};
    if (options_.shortest && value.span() < options_.shortest->span()) value = *options_.shortest;
    if (options_.longest && value.span() > options_.longest->span()) value = *options_.longest;
  }

 private:
  static constexpr int whole_months = -2, whole_days = -1, most_second_decimals = 6;
  static constexpr int days_in_month = 30;

  // 2 days and -1 hour become 1 day and 23 hours, and the same with the other signs.
  template <class Part>
  static void borrow(int32_t &whole, Part &part, int64_t each) {
    if (whole == 0 || part == 0 || (whole > 0) == (part > 0)) return;
    const int64_t needed = (std::abs(int64_t{part}) - 1) / each + 1;
    const int64_t taken = std::min(needed, std::abs(int64_t{whole})) * (whole > 0 ? 1 : -1);
    whole -= static_cast<int32_t>(taken);
    part += static_cast<Part>(taken * each);
  }

  static int64_t unit_of(int decimals) {
    int64_t unit = 1;
    for (; decimals < most_second_decimals; decimals++) unit *= 10;
    return unit;
  }
  static int decimals_of(const Interval &value) {
    int decimals = 0;
    while (value.microseconds % unit_of(decimals) != 0) decimals++;
    return decimals;
  }
  // Within the range of a part; its ends would mean infinity.
  template <class Part>
  static Part add(Part part, Wide more) {
    constexpr Wide limit = std::numeric_limits<Part>::max() - 1;
    return static_cast<Part>(std::clamp(part + more, -limit, limit));
  }

  Prf128 prf_;
  NoiseOptions options_;
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

std::optional<Interval> read_interval(const StrategyArgs &args, const char *name) {
  if (!args.options.has(name)) return {};
  Interval interval;
  if (!TextForm::read_interval(args.options.string(name, ""), interval) || interval.is_infinite())
    args.options.refuse(name, "must be an interval as the server writes it, as 02:30:00 or 1 day");
  return interval;
}

NoiseOptions read_options(const StrategyArgs &args) {
  NoiseOptions options;
  const bool is_interval = args.fit.kind == ValueKind::interval;
  if (is_interval) {
    options.span = read_interval(args, "absolute");
    options.shortest = read_interval(args, "min");
    options.longest = read_interval(args, "max");
    if (options.shortest && options.longest && options.shortest->span() > options.longest->span())
      args.options.refuse("max", "must not be less than option \"min\"");
  } else {
    options.amount = read_number(args, "absolute");
    options.lowest = read_number(args, "min");
    options.highest = read_number(args, "max");
  }
  if (options.amount || options.span) {
    options.reach = one;
    if (args.options.has("relative")) args.options.refuse("absolute", "does not go with option \"relative\"");
    if (options.span ? options.span->span() <= 0 : options.amount->is_negative || options.amount->is_zero())
      args.options.refuse("absolute", "must be more than 0");
  } else if (!to_units(args.options.decimal("relative", "0.1"), 8, options.reach) || options.reach < 1 ||
             options.reach > one) {
    args.options.refuse("relative", "must be a share from 0.00000001 to 1");
  }
  if (options.lowest && options.highest && compare(*options.lowest, *options.highest) > 0)
    args.options.refuse("max", "must not be less than option \"min\"");
  options.has_decimals = args.options.has("decimals");
  const int most = is_integer(args.fit.kind) ? 0 : is_interval ? 6 : most_decimals;
  options.decimals = static_cast<int>(args.options.integer("decimals", 0, 0, most));
  return options;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const NoiseOptions options = read_options(args);
  const ValueKind kind = args.fit.kind;
  if (is_integer(kind)) return std::make_unique<NoiseInteger>(args.key, options, bits_of(kind));
  if (kind == ValueKind::numeric) return std::make_unique<NoiseNumeric>(args.key, options, args.fit);
  if (kind == ValueKind::interval) return std::make_unique<NoiseInterval>(args.key, options);
  return std::make_unique<NoiseFloat>(args.key, options, kind);
}

}  // namespace

extern constinit const RegistryEntry noise_strategy = {
    {.name = "noise",
     .summary = "A number or interval changed by a share of itself or by some amount, sign and decimals kept",
     .options_help = "relative: the largest share, 0 to 1 (default 0.1); absolute: the largest amount instead; min, "
                     "max: limits of the result, of an interval intervals; decimals: round it (default: as the value)",
     .example = "1934",
     .example_of = "1815",
     .kinds = number_kinds | kind_bit(ValueKind::interval),
     .shows_part = true},
    make};

}  // namespace confiture::mask

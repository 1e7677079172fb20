// bucket: the lower bound of the range of equal size that a number is in.
#include <algorithm>
#include <cmath>

#include "mask/error.h"
#include "mask/number_column.h"

namespace confiture::mask {

namespace {

constexpr int64_t largest_size = 1000000000000000;  // in units of its last decimal
constexpr int most_decimals = 9;

class BucketInteger final : public Strategy {
 public:
  explicit BucketInteger(int64_t size) : size_(size) {}

  // The lowest bucket begins where the type does.
  int64_t mask_integer(int64_t value, int bits) const override {
    const int64_t rest = (value % size_ + size_) % size_, lowest = lowest_integer(bits);
    return value < lowest + rest ? lowest : value - rest;
  }

 private:
  int64_t size_;
};

class BucketNumeric final : public Strategy {
 public:
  BucketNumeric(int64_t units, int decimals, const ColumnFit &fit)
      : units_(static_cast<uint64_t>(units)), decimals_(decimals), limit_(fit) {}

  void mask_numeric(Numeric &value) const override {
    uint64_t rest = value.remainder(units_, decimals_);
    Numeric bound(value);
    bound.truncate(decimals_);
    const bool is_bound = rest == 0 && compare(bound, value) == 0;
    // Below zero the lower bound is the one further away.
    const bool was_negative = value.is_negative;
    bound.is_negative = was_negative && !bound.is_zero();
    Numeric step(-static_cast<int64_t>(rest), decimals_);
    if (was_negative)
      step = Numeric(is_bound ? 0 : static_cast<int64_t>(rest) - static_cast<int64_t>(units_), decimals_);
    bound.add(step);
    value = bound;
    limit_.apply(value);
  }

 private:
  uint64_t units_;
  int decimals_;
  NumericLimit limit_;
};

class BucketFloat final : public Strategy {
 public:
  BucketFloat(int64_t units, int decimals) : units_(static_cast<double>(units)), divisor_(std::pow(10.0, decimals)) {}

  double mask_float(double value, int bits) const override {
    const double bound = std::floor(value * divisor_ / units_) * units_ / divisor_;
    const double narrow = bits == 32 ? static_cast<float>(bound) : bound;
    return std::isfinite(narrow) ? bound : value;
  }

 private:
  double units_, divisor_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const ValueKind kind = args.fit.kind;
  const Numeric size = args.options.decimal("size", "10");
  const int decimals = std::min(size.scale, most_decimals);
  int64_t units = 0;
  if (!to_units(size, is_integer(kind) ? 0 : decimals, units) || units < 1 || units > largest_size)
    args.options.refuse("size", is_integer(kind) ? "must be a whole number from 1 to 10^15"
                                                 : "must be a number from 0.000000001 on with at most 15 digits");
  if (is_integer(kind)) return std::make_unique<BucketInteger>(units);
  if (kind == ValueKind::numeric) return std::make_unique<BucketNumeric>(units, decimals, args.fit);
  return std::make_unique<BucketFloat>(units, decimals);
}

}  // namespace

extern constinit const RegistryEntry bucket_strategy = {
    {.name = "bucket",
     .summary = "The lower bound of the range of equal size that a number is in",
     .options_help = "size: of the ranges (default 10)",
     .example = "1810",
     .example_of = "1815",
     .kinds = number_kinds,
     .keyed = false,
     .shows_part = true},
    make};

}  // namespace confiture::mask

// boolean: true or false, drawn for each row. As a function of the value it would keep, turn or forget all of them
// alike.
#include "mask/bits.h"
#include "mask/number_column.h"
#include "mask/random_row.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr int decimals = 9;
constexpr int64_t one = 1000000000;

class BooleanMask final : public Strategy {
 public:
  explicit BooleanMask(int64_t share) : share_(share) {}
  bool mask_boolean(bool) const override { return static_cast<int64_t>(scale(random_.next().lo, one)) < share_; }

 private:
  RandomRow random_;
  int64_t share_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  int64_t share = 0;
  if (!to_units(args.options.decimal("share", "0.5"), decimals, share) || share < 0 || share > one)
    args.options.refuse("share", "must be a share from 0 to 1, with at most 9 decimals");
  return std::make_unique<BooleanMask>(share);
}

}  // namespace

extern constinit const RegistryEntry boolean_strategy = {
    {.name = "boolean",
     .summary = "True or false, drawn for each row",
     .options_help = "share: of the rows that get true, 0 to 1 (default 0.5)",
     .example = "t",
     .example_of = "f",
     .kinds = kind_bit(ValueKind::boolean),
     .deterministic = false,
     .keyed = false,
     .needs_value = false},
    make};

}  // namespace confiture::mask

// choice: one of some values or of an enum's labels, drawn for each row, so that weights hold whatever the values were.
#include <algorithm>

#include "mask/bits.h"
#include "mask/labels.h"
#include "mask/listed_values.h"
#include "mask/number_column.h"
#include "mask/random_row.h"

namespace confiture::mask {

namespace {

constexpr int weight_decimals = 6;
constexpr int64_t largest_weight = 1000000000000;  // in millionths: 32 k of them fit 63 bits

// Which of the values a row gets.
class Draw {
 public:
  explicit Draw(std::vector<uint64_t> weights) : ends_(std::move(weights)) {
    uint64_t sum = 0;
    for (uint64_t &end : ends_) end = sum += end;
  }
  size_t operator()(const auto &) const {
    const uint64_t drawn = scale(random_.next().lo, ends_.back());
    return static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), drawn) - ends_.begin());
  }
  bool passes_some() const { return false; }

 private:
  RandomRow random_;
  std::vector<uint64_t> ends_;  // of the ranges of each, which have its weight
};

std::vector<uint64_t> read_weights(const StrategyArgs &args, size_t count) {
  const std::vector<std::string> texts = args.options.list("weights");
  if (texts.empty()) return std::vector<uint64_t>(count, 1);
  if (texts.size() != count) args.options.refuse("weights", "must be as many as there are values");
  std::vector<uint64_t> weights;
  uint64_t sum = 0;
  for (const std::string &text : texts) {
    Numeric number;
    int64_t weight = 0;
    if (!read_decimal(text, number) || !to_units(number, weight_decimals, weight) || weight < 0 ||
        weight > largest_weight)
      args.options.refuse("weights", "must be numbers from 0 to 1000000, with at most 6 decimals");
    weights.push_back(static_cast<uint64_t>(weight));
    sum += weights.back();
  }
  if (sum == 0) args.options.refuse("weights", "must not all be 0");
  return weights;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  ListedValues values(args, "values", values_or_labels(args));
  Draw draw(read_weights(args, values.size()));
  return std::make_unique<ListedMask<Draw>>(std::move(values), std::move(draw));
}

}  // namespace

extern constinit const RegistryEntry choice_strategy = {
    {.name = "choice",
     .summary = "One of some values, or of the labels of an enum, drawn for each row",
     .options_help = "values: a list (required, of an enum all labels); weights: a list of as many numbers (default "
                     "equal ones)",
     .example = "1",
     .required_options = R"({"values": ["1", "2"]})",
     .kinds = listed_kinds,
     .deterministic = false,
     .keyed = false,
     .needs_value = false},
    make};

}  // namespace confiture::mask

#include "mask/labels.h"

#include <algorithm>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/integer_range.h"
#include "mask/number_column.h"
#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

// Gathers the elements of an array in text form.
class Elements final : public Strategy {
 public:
  void mask_text(std::string_view element, ByteSink &) const override { all.emplace_back(element); }
  mutable std::vector<std::string> all;
};

}  // namespace

std::vector<std::string> elements_of(std::string_view array) {
  Elements elements;
  ByteSink unused;
  if (!array.empty()) (void)text_codec::mask_value(elements, {ValueKind::text, true}, array, unused);
  return elements.all;
}

std::vector<std::string> labels_of(const ColumnFit &fit) { return elements_of(fit.labels); }

std::vector<std::string> values_or_labels(const StrategyArgs &args) {
  std::vector<std::string> values = args.options.list("values");
  std::vector<std::string> labels = labels_of(args.fit);
  if (values.empty()) {
    if (labels.empty()) args.options.refuse("values", "is missing");
    return labels;
  }
  for (const std::string &value : values)
    if (!labels.empty() && std::find(labels.begin(), labels.end(), value) == labels.end())
      args.options.refuse("values", "has what is no label of the column's enum: " + in_quotes(value));
  check_lengths(args, values);
  return values;
}

void check_lengths(const StrategyArgs &args, const std::vector<std::string> &values) {
  if (args.fit.max_chars == 0) return;
  for (const std::string &value : values)
    if (count_characters(value, args.fit.encoding) > args.fit.max_chars)
      fail(Code::does_not_fit,
           "strategy " + in_quotes(args.options.strategy()) + ": a value does not fit a column of " +
               std::to_string(args.fit.max_chars) + " characters",
           "Give shorter values.");
}

std::vector<int64_t> integers_of(const StrategyArgs &args, std::string_view option,
                                 const std::vector<std::string> &values) {
  std::vector<int64_t> numbers;
  for (const std::string &value : values) {
    Numeric number;
    int64_t integer = 0;
    if (!read_decimal(value, number) || !to_units(number, 0, integer) || !fits_in_bits(integer, bits_of(args.fit.kind)))
      args.options.refuse(option, "must be numbers that the column takes");
    numbers.push_back(integer);
  }
  return numbers;
}

}  // namespace confiture::mask

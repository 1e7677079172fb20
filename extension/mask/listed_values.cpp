#include "mask/listed_values.h"

#include <algorithm>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/integer_range.h"
#include "mask/labels.h"
#include "mask/number_column.h"
#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

// Gathers values of the kinds whose printed forms a codec reads.
class Reader final : public Strategy {
 public:
  Reader(const ColumnFit &fit, ListedValues::Lists &lists) : limit_(fit), lists_(lists) {}
  // Infinities and NaN never get here.
  void mask_numeric(Numeric &value) const override { count += limit_.takes(value) ? 1 : 0; }
  int64_t mask_time(int64_t value) const override { return add(value); }
  void mask_zoned_time(ZonedTime &value) const override { add(value); }
  double mask_float(double value, int) const override { return add(value); }
  void mask_uuid(Uuid &value) const override { add(value); }
  void mask_moment(Moment &value) const override { add(value); }
  void mask_interval(Interval &value) const override { add(value); }

  mutable size_t count = 0;

 private:
  template <typename Value>
  Value add(const Value &value) const {
    count++;
    std::get<std::vector<Value>>(lists_).push_back(value);
    return value;
  }

  NumericLimit limit_;
  ListedValues::Lists &lists_;
};

void read_integers(const StrategyArgs &args, std::string_view option, ListedValues::Lists &lists) {
  for (const std::string &text : std::get<std::vector<std::string>>(lists)) {
    Numeric number;
    int64_t integer = 0;
    if (!read_decimal(text, number) || !to_units(number, 0, integer) || !fits_in_bits(integer, bits_of(args.fit.kind)))
      args.options.refuse(option, "must be numbers that the column takes");
    std::get<std::vector<int64_t>>(lists).push_back(integer);
  }
}

void check_labels(const StrategyArgs &args, std::string_view option, const std::vector<std::string> &texts) {
  const std::vector<std::string> labels = labels_of(args.fit);
  for (const std::string &text : texts)
    if (!labels.empty() && std::find(labels.begin(), labels.end(), text) == labels.end())
      args.options.refuse(option, "has what is no label of the column's enum: " + in_quotes(text));
}

// What of other ways to write a value is a mistake.
std::string example_of(ValueKind kind) {
  const char *example = kind == ValueKind::date          ? "2024-01-15"
                        : kind == ValueKind::timestamp   ? "2024-01-15 12:34:56"
                        : kind == ValueKind::timestamptz ? "2024-01-15 12:34:56+00"
                        : kind == ValueKind::time        ? "09:30:00"
                        : kind == ValueKind::timetz      ? "09:30:00+02"
                        : kind == ValueKind::interval    ? "1 day 02:00:00"
                                                         : nullptr;
  return example == nullptr ? "" : std::string(": ") + example;
}

void check_lengths(const StrategyArgs &args, const std::vector<std::string> &texts) {
  if (args.fit.max_chars == 0) return;
  for (const std::string &text : texts)
    if (count_characters(text, args.fit.encoding) > args.fit.max_chars)
      fail(Code::does_not_fit,
           "strategy " + in_quotes(args.options.strategy()) + ": a value does not fit a column of " +
               std::to_string(args.fit.max_chars) + " characters",
           "Give shorter values.");
}

}  // namespace

ListedValues::ListedValues(const StrategyArgs &args, std::string_view option, std::vector<std::string> texts) {
  const ValueKind kind = args.fit.kind;
  auto &read = std::get<std::vector<std::string>>(lists_) = std::move(texts);
  if (kind == ValueKind::enumeration) {
    check_labels(args, option, read);
  } else if (kind == ValueKind::text) {
    check_lengths(args, read);
  } else if (is_integer(kind)) {
    read_integers(args, option, lists_);
  } else {
    const Reader reader(args.fit, lists_);
    ByteSink unused;
    for (const std::string &text : read) {
      const size_t before = reader.count;
      if (!text_codec::mask_value(reader, {kind}, text, unused) || reader.count == before)
        args.options.refuse(option,
                            "must be values that the column takes, as the server writes them" + example_of(kind));
    }
  }
}

}  // namespace confiture::mask

// Values that options or a table list, read as the column takes them, and the masks that give one of them.
#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "mask/registry.h"
#include "mask/value/numeric.h"

namespace confiture::mask {

// Kinds of which values can be listed.
constexpr KindSet listed_kinds =
    kinds_of(ValueKind::text, ValueKind::enumeration, ValueKind::uuid, ValueKind::interval) | number_kinds | day_kinds |
    time_kinds;

class ListedValues {
 public:
  using Lists = std::tuple<std::vector<std::string>, std::vector<int64_t>, std::vector<Uuid>, std::vector<Moment>,
                           std::vector<Interval>, std::vector<double>, std::vector<ZonedTime>>;

  // Refuses the option if one is none that the column takes.
  ListedValues(const StrategyArgs &args, std::string_view option, std::vector<std::string> texts);

  size_t size() const { return texts().size(); }
  // Text, labels, and of `numeric`, whose values have no size.
  const std::vector<std::string> &texts() const { return of<std::string>(); }
  // int64_t of integers and times.
  template <typename Value>
  const std::vector<Value> &of() const {
    return std::get<std::vector<Value>>(lists_);
  }

 private:
  Lists lists_;
};

// Puts one of the values in place of each. `Pick` says which one: its operator() takes values of all kinds that are
// listed, and returns a number from 0 on, or one that is too large where the value stays.
template <typename Pick>
class ListedMask final : public Strategy {
 public:
  ListedMask(ListedValues values, Pick pick) : values_(std::move(values)), pick_(std::move(pick)) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    const size_t i = pick_(value);
    out.append(i < values_.size() ? std::string_view(values_.texts()[i]) : value);
  }
  void mask_numeric(Numeric &value) const override {
    const size_t i = pick_(value);
    if (i < values_.size()) (void)read_decimal(values_.texts()[i], value);
  }
  int64_t mask_integer(int64_t value, int) const override { return in_place_of(value); }
  int64_t mask_time(int64_t value) const override { return in_place_of(value); }
  void mask_zoned_time(ZonedTime &value) const override { value = in_place_of(value); }
  double mask_float(double value, int) const override { return in_place_of(value); }
  void mask_uuid(Uuid &value) const override { value = in_place_of(value); }
  void mask_moment(Moment &value) const override { value = in_place_of(value); }
  void mask_interval(Interval &value) const override { value = in_place_of(value); }
  bool passes_some() const override { return pick_.passes_some(); }

 private:
  template <typename Value>
  Value in_place_of(const Value &value) const {
    const size_t i = pick_(value);
    return i < values_.size() ? values_.of<Value>()[i] : value;
  }

  ListedValues values_;
  Pick pick_;
};

}  // namespace confiture::mask

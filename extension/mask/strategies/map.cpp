// map: other values for given ones, as a plan or a state that is renamed.
#include <algorithm>
#include <optional>
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/integer_range.h"
#include "mask/labels.h"
#include "mask/number_column.h"

namespace confiture::mask {

namespace {

constexpr std::string_view redacted = "[REDACTED]";

template <class Value>
class Pairs {
 public:
  // What becomes of a value that is not listed: it stays without a substitute.
  Pairs(std::vector<std::pair<Value, Value>> pairs, std::optional<Value> otherwise)
      : pairs_(std::move(pairs)), otherwise_(std::move(otherwise)) {
    std::sort(pairs_.begin(), pairs_.end());
  }
  // Returns nullptr if the value stays.
  template <class Key>
  const Value *find(const Key &value) const {
    const auto at = std::lower_bound(pairs_.begin(), pairs_.end(), value,
                                     [](const auto &pair, const Key &key) { return pair.first < key; });
    if (at != pairs_.end() && at->first == value) return &at->second;
    return otherwise_ ? &*otherwise_ : nullptr;
  }

  bool keeps_others() const { return !otherwise_; }

 private:
  std::vector<std::pair<Value, Value>> pairs_;
  std::optional<Value> otherwise_;
};

class MapText final : public Strategy {
 public:
  explicit MapText(Pairs<std::string> pairs) : pairs_(std::move(pairs)) {}
  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    const std::string *other = pairs_.find(value);
    out.append(other != nullptr ? *other : value);
  }
  bool passes_some() const override { return pairs_.keeps_others(); }

 private:
  Pairs<std::string> pairs_;
};

class MapInteger final : public Strategy {
 public:
  explicit MapInteger(Pairs<int64_t> pairs) : pairs_(std::move(pairs)) {}
  int64_t mask_integer(int64_t value, int) const override {
    const int64_t *other = pairs_.find(value);
    return other != nullptr ? *other : value;
  }
  bool passes_some() const override { return pairs_.keeps_others(); }

 private:
  Pairs<int64_t> pairs_;
};

int64_t read_integer(const StrategyArgs &args, std::string_view option, std::string_view text) {
  Numeric number;
  int64_t integer = 0;
  if (!read_decimal(text, number) || !to_units(number, 0, integer) || !fits_in_bits(integer, bits_of(args.fit.kind)))
    args.options.refuse(option, "must have numbers that the column takes");
  return integer;
}

void check_text(const StrategyArgs &args, std::string_view option, std::string_view text) {
  const ColumnFit &fit = args.fit;
  if (fit.kind == ValueKind::enumeration) {
    const std::vector<std::string> labels = labels_of(fit);
    if (!labels.empty() && std::find(labels.begin(), labels.end(), text) == labels.end())
      args.options.refuse(option, "has what is no label of the column's enum: " + in_quotes(text));
  } else if (fit.max_chars != 0 && count_characters(text, fit.encoding) > fit.max_chars) {
    fail(Code::does_not_fit,
         "strategy \"map\": a value does not fit a column of " + std::to_string(fit.max_chars) + " characters",
         "Give shorter \"values\", and a shorter \"otherwise\".");
  }
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  OptionReader &options = args.options;
  const std::vector<OptionReader::Member> members = options.members("values");
  if (members.empty()) options.refuse("values", "is missing");
  const bool keeps_others = options.boolean("keep_others", false), has_otherwise = options.has("otherwise");
  if (keeps_others && has_otherwise) options.refuse("otherwise", "and \"keep_others\" exclude each other");
  const std::string otherwise = options.scalar("otherwise");
  for (const OptionReader::Member &member : members)
    if (member.is_object) options.refuse("values", "has an object for " + in_quotes(member.name));

  const bool takes_redacted = args.fit.kind == ValueKind::text;
  if (!keeps_others && !has_otherwise && !takes_redacted)
    options.refuse("otherwise", "is missing: what values become that are not listed");

  if (is_integer(args.fit.kind)) {
    std::vector<std::pair<int64_t, int64_t>> pairs;
    pairs.reserve(members.size());
    for (const OptionReader::Member &member : members)
      pairs.push_back({read_integer(args, "values", member.name), read_integer(args, "values", member.text)});
    std::optional<int64_t> substitute;
    if (has_otherwise) substitute = read_integer(args, "otherwise", otherwise);
    return std::make_unique<MapInteger>(Pairs<int64_t>(std::move(pairs), substitute));
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const OptionReader::Member &member : members) {
    check_text(args, "values", member.text);
    pairs.push_back({member.name, member.text});
  }
  std::optional<std::string> substitute;
  if (has_otherwise) {
    check_text(args, "otherwise", otherwise);
    substitute = otherwise;
  } else if (!keeps_others) {
    substitute = cut_to(redacted, args.fit.max_chars, args.fit.encoding);
  }
  return std::make_unique<MapText>(Pairs<std::string>(std::move(pairs), std::move(substitute)));
}

}  // namespace

extern constinit const RegistryEntry map_strategy = {
    {.name = "map",
     .summary = "Other values for given ones, one for all the rest",
     .options_help =
         "values: an object of values and what they become (required); otherwise: what others become (default "
         "[REDACTED] in text, else required); keep_others: true to let them stay (default false)",
     .example = "3",
     .required_options = R"({"values": {"1": "2"}, "otherwise": "3"})",
     .kinds = kinds_of(ValueKind::text, ValueKind::enumeration) | integer_kinds,
     .keyed = false,
     .shows_part = true},
    make};

}  // namespace confiture::mask

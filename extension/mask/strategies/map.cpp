// map: other values for given ones, as a plan or a state that is renamed.
#include <algorithm>
#include <array>
#include <tuple>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/letter_case.h"
#include "mask/listed_values.h"

namespace confiture::mask {

namespace {

constexpr std::string_view redacted = "[REDACTED]";

// What values are compared by, so that equal ones are alike however they are written.
const auto &key_of(const auto &value) { return value; }
Interval::Span key_of(const Interval &value) { return value.span(); }
std::pair<int64_t, int64_t> key_of(const Moment &value) { return {value.day, value.time}; }
std::pair<int64_t, int64_t> key_of(const ZonedTime &value) { return {value.time, value.west}; }

// Weight, size, sign and digits. Longer numbers are like each other, and not like any shorter one.
constexpr int most_digits = 16;  // of four decimals each
using NumericKey = std::tuple<int, int, bool, std::array<int16_t, most_digits>>;
NumericKey key_of(const Numeric &value) {
  std::array<int16_t, most_digits> digits{};
  std::copy_n(value.digits, std::min(value.size, most_digits), digits.begin());
  return {value.weight, std::min(value.size, most_digits + 1), value.is_negative, digits};
}

// Which of the values it is: that of the pair with this key, else `other`.
template <typename Key>
class FindKey {
 public:
  FindKey(std::vector<std::pair<Key, size_t>> pairs, size_t other, bool passes_others)
      : pairs_(std::move(pairs)), other_(other), passes_others_(passes_others) {
    std::sort(pairs_.begin(), pairs_.end());
  }
  size_t operator()(const auto &value) const {
    if constexpr (requires { value.empty(), value.substr(); })
      if (value.empty()) return SIZE_MAX;  // stays
    const auto &key = key_of(value);
    if constexpr (requires { pairs_.front().first < key; }) {
      const auto at = std::lower_bound(pairs_.begin(), pairs_.end(), key,
                                       [](const auto &pair, const auto &wanted) { return pair.first < wanted; });
      if (at != pairs_.end() && at->first == key) return at->second;
    }
    return other_;
  }
  bool passes_some() const { return passes_others_; }

 private:
  std::vector<std::pair<Key, size_t>> pairs_;
  size_t other_;
  bool passes_others_;
};

template <typename Value>
std::unique_ptr<Strategy> make_of(const std::vector<Value> &keys, ListedValues values, bool keeps_others) {
  using Key = std::decay_t<decltype(key_of(keys.front()))>;
  std::vector<std::pair<Key, size_t>> pairs;
  for (size_t i = 0; i < keys.size(); i++) pairs.push_back({key_of(keys[i]), i});
  // Behind the values of the pairs stands what others become, if they do not stay.
  FindKey<Key> find(std::move(pairs), keys.size(), keeps_others);
  return std::make_unique<ListedMask<FindKey<Key>>>(std::move(values), std::move(find));
}

std::vector<NumericKey> numeric_keys(const StrategyArgs &args, const std::vector<std::string> &texts) {
  std::vector<NumericKey> keys;
  Numeric number;
  for (const std::string &text : texts) {
    (void)read_decimal(text, number);
    keys.push_back(key_of(number));
    if (number.size > most_digits) args.options.refuse("values", "has a number of too many digits");
  }
  return keys;
}

// What a value may have become in a column whose values come in lower case: letters outside of ASCII have changed, or
// not, by the locale of the source.
std::vector<std::string> spellings_of(const std::string &name, const ColumnFit &fit) {
  if (!fit.is_folded) return {name};
  std::string ascii(name);
  std::transform(ascii.begin(), ascii.end(), ascii.begin(), to_lower);
  ByteSink all;
  if (fit.encoding == CharEncoding::utf8) append_in_case(name, LetterCase::lower, false, all);
  if (all.size() == 0 || all.view() == ascii) return {ascii};
  return {ascii, std::string(all.view())};
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  OptionReader &options = args.options;
  const std::vector<OptionReader::Member> members = options.members("values");
  if (members.empty()) options.refuse("values", "is missing");
  const bool keeps_others = options.boolean("keep_others", false), has_otherwise = options.has("otherwise");
  if (keeps_others && has_otherwise) options.refuse("otherwise", "and \"keep_others\" exclude each other");
  const ValueKind kind = args.fit.kind;
  if (!keeps_others && !has_otherwise && kind != ValueKind::text)
    options.refuse("otherwise", "is missing: what values become that are not listed");

  std::vector<std::string> names, texts;
  for (const OptionReader::Member &member : members) {
    if (member.is_object) options.refuse("values", "has an object for " + in_quotes(member.name));
    for (std::string &name : spellings_of(member.name, args.fit)) {
      names.push_back(std::move(name));
      texts.push_back(member.text);
    }
  }
  if (has_otherwise) {
    texts.push_back(options.scalar("otherwise"));
    (void)ListedValues(args, "otherwise", {texts.back()});
  } else if (!keeps_others) {
    texts.emplace_back(cut_to(redacted, args.fit.max_chars, args.fit.encoding));
  }
  ListedValues values(args, "values", std::move(texts));
  if (kind == ValueKind::text || kind == ValueKind::enumeration) return make_of(names, std::move(values), keeps_others);

  const ListedValues keys(args, "values", std::move(names));
  const KindSet kinds = kind_bit(kind);
  if (kind == ValueKind::numeric) return make_of(numeric_keys(args, keys.texts()), std::move(values), keeps_others);
  if (kind == ValueKind::uuid) return make_of(keys.of<Uuid>(), std::move(values), keeps_others);
  if (kind == ValueKind::timetz) return make_of(keys.of<ZonedTime>(), std::move(values), keeps_others);
  if (kind == ValueKind::interval) return make_of(keys.of<Interval>(), std::move(values), keeps_others);
  if (kinds & day_kinds) return make_of(keys.of<Moment>(), std::move(values), keeps_others);
  if (kinds & number_kinds & ~integer_kinds) return make_of(keys.of<double>(), std::move(values), keeps_others);
  return make_of(keys.of<int64_t>(), std::move(values), keeps_others);
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
     .kinds = listed_kinds,
     .keyed = false,
     .shows_part = true},
    make};

}  // namespace confiture::mask

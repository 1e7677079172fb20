// fpe, digits: another value of the same shape, by a keyed permutation of the characters of an alphabet: NIST SP
// 800-38G FF1 (mask/permutation.h). Distinct values stay distinct.
#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <vector>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/integer_range.h"
#include "mask/permutation.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_kept = 1000;
constexpr size_t most_keep_pattern = 200;

constexpr std::string_view digits = "0123456789",
                           alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

constexpr struct {
  std::string_view name, characters;
} named_alphabets[] = {
    {"digits", digits},
    {"uppercase", alphanumeric.substr(10, 26)},
    {"lowercase", alphanumeric.substr(36)},
    {"letters", alphanumeric.substr(10)},
    {"alphanumeric", alphanumeric},
};

// An alphabet and the permutation of the strings over it.
class Alphabet {
 public:
  Alphabet(const Subkey &key, std::string_view characters, uint8_t tweak)
      : characters_(characters), permutation_(key, static_cast<uint32_t>(characters.size()), tweak) {
    numerals_.fill(-1);
    for (size_t i = 0; i < characters.size(); i++)
      numerals_[static_cast<unsigned char>(characters[i])] = static_cast<int8_t>(i);
  }
  int numeral(char c) const { return numerals_[static_cast<unsigned char>(c)]; }
  char character(uint8_t numeral) const { return characters_[numeral]; }
  void permute(std::span<uint8_t> numerals) const { permutation_.permute(numerals); }
  bool unpermute(std::span<uint8_t> numerals) const { return permutation_.unpermute(numerals); }

 private:
  std::string characters_;
  std::array<int8_t, 256> numerals_;
  Permutation permutation_;
};

// What a value is made of where no alphabet is given: digits alone, letters of one case besides them, or of both.
enum class Makeup : uint8_t { digits, upper, lower, both };
constexpr std::string_view makeup_alphabets[] = {digits, alphanumeric.substr(0, 36),
                                                 "0123456789abcdefghijklmnopqrstuvwxyz", alphanumeric};

Makeup makeup_of(std::string_view value) {
  bool upper = false, lower = false;
  for (const char c : value) {
    upper |= is_upper(c);
    lower |= is_lower(c);
  }
  return upper && lower ? Makeup::both : upper ? Makeup::upper : lower ? Makeup::lower : Makeup::digits;
}

// What stays: the front of values that look like `pattern` (# is a digit, @ a letter, anything else itself), then so
// many characters of the alphabet at both ends, if they are no more than half of them.
struct Kept {
  std::string pattern;
  size_t first = 0, last = 0;

  bool matches(std::string_view value) const {
    return value.size() >= pattern.size() && std::equal(pattern.begin(), pattern.end(), value.begin(), like);
  }

 private:
  static bool like(char expected, char c) {
    if (expected == '#') return is_digit(c);
    return expected == '@' ? is_letter(c) : expected == c;
  }
};

class FpeText final : public Strategy {
 public:
  // With no alphabet, that of the value.
  FpeText(const Subkey &key, std::string_view alphabet, Kept kept, const ColumnFit &fit)
      : kept_(std::move(kept)), max_chars_(fit.max_chars), encoding_(fit.encoding) {
    if (!alphabet.empty()) alphabets_.emplace_back(key, alphabet, uint8_t{0});
    for (uint8_t i = 0; alphabet.empty() && i < std::size(makeup_alphabets); i++)
      alphabets_.emplace_back(key, makeup_alphabets[i], i);
  }

  void mask_text(std::string_view value, ByteSink &out) const override {
    (void)walk(cut_to(value, max_chars_, encoding_), out, [](const Alphabet &alphabet, std::span<uint8_t> numerals) {
      alphabet.permute(numerals);
      return true;
    });
  }
  bool unmask_text(std::string_view masked, ByteSink &out) const override {
    return walk(masked, out,
                [](const Alphabet &alphabet, std::span<uint8_t> numerals) { return alphabet.unpermute(numerals); });
  }
  bool keeps_unique() const override { return true; }

 private:
  static constexpr size_t short_value = 256;

  // Appends what becomes of the value by steps of the permutation, one way or the other: a function of (alphabet,
  // numerals) that returns false where it cannot step.
  template <class Step>
  bool walk(std::string_view value, ByteSink &out, Step step) const {
    out.append(value);
    const bool has_pattern = !kept_.pattern.empty() && kept_.matches(value);
    value.remove_prefix(has_pattern ? kept_.pattern.size() : 0);
    const bool by_makeup = alphabets_.size() > 1;
    const Makeup makeup = by_makeup ? makeup_of(value) : Makeup::digits;
    const Alphabet &alphabet = alphabets_[static_cast<size_t>(makeup)];

    uint8_t room[short_value];
    std::vector<uint8_t> heap(value.size() > short_value ? value.size() : 0);
    uint8_t *numerals = heap.empty() ? room : heap.data();
    size_t n = 0;
    for (const char c : value)
      if (const int numeral = alphabet.numeral(c); numeral >= 0) numerals[n++] = static_cast<uint8_t>(numeral);
    const bool keeps_ends = kept_.first + kept_.last <= n / 2;
    const size_t first = keeps_ends ? kept_.first : 0, last = keeps_ends ? kept_.last : 0;
    const std::span<uint8_t> permuted(numerals + first, n - first - last);
    if (permuted.empty()) return true;

    // Walks the cycle on to a value of the same class, so that none of another class can meet it.
    char *const masked = out.at(out.size() - value.size());
    const std::string_view result(masked, value.size());
    do {
      if (!step(alphabet, permuted)) return false;
      for (size_t i = 0, next = 0; i < value.size(); i++)
        if (alphabet.numeral(value[i]) >= 0) masked[i] = alphabet.character(numerals[next++]);
    } while ((by_makeup && makeup_of(result) != makeup) ||
             (!has_pattern && !kept_.pattern.empty() && kept_.matches(result)));
    return true;
  }

  std::vector<Alphabet> alphabets_;
  Kept kept_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

// Numbers of `min` to `max` among themselves, and all others among those of their sign and number of digits.
class FpeInteger final : public Strategy {
 public:
  FpeInteger(const Subkey &key, int64_t min, int64_t max)
      : positive_(key, 2, positive_tweak), negative_(key, 2, negative_tweak), min_(min), max_(max) {}

  int64_t mask_integer(int64_t value, int bits) const override {
    return walk(value, bits,
                [](const Permutation &permutation, std::span<uint8_t> numerals) { permutation.permute(numerals); });
  }
  // A binary string of 64 numerals at most is never long.
  bool unmask_integer(int64_t &value, int bits) const override {
    value = walk(value, bits, [](const Permutation &permutation, std::span<uint8_t> numerals) {
      (void)permutation.unpermute(numerals);
    });
    return true;
  }
  bool keeps_unique() const override { return true; }

 private:
  static constexpr uint8_t positive_tweak = 4, negative_tweak = 5;

  bool is_inside(int64_t value) const { return value >= min_ && value <= max_; }

  template <class Step>
  int64_t walk(int64_t value, int bits, Step step) const {
    if (is_inside(value)) return permute(positive_, value, min_, max_, step);
    const bool negative = value < 0;
    const int64_t highest = INT64_MAX >> (64 - bits), end = negative ? -highest - 1 : highest;
    int64_t low = negative ? -1 : 0, high = negative ? -9 : 9;
    while (negative ? value < high : value > high) {
      low = high + (negative ? -1 : 1);
      high = high <= -(INT64_MAX / 10) || high >= INT64_MAX / 10 ? end : high * 10 + (negative ? -9 : 9);
    }
    if (negative ? high < end : high > end) high = end;
    // Walks the cycle on over the numbers that have a permutation of their own.
    do value = negative ? permute(negative_, value, high, low, step) : permute(positive_, value, low, high, step);
    while (is_inside(value));
    return value;
  }

  // Permutes low .. high: a binary string as long as the largest distance from `low`, walking on past `high`.
  template <class Step>
  static int64_t permute(const Permutation &permutation, int64_t value, int64_t low, int64_t high, Step step) {
    const uint64_t last = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    uint64_t number = static_cast<uint64_t>(value) - static_cast<uint64_t>(low);
    const auto n = static_cast<size_t>(std::bit_width(last));
    if (n == 0) return value;
    uint8_t numerals[64];
    do {
      for (size_t i = 0; i < n; i++) numerals[i] = number >> (n - 1 - i) & 1;
      step(permutation, std::span<uint8_t>(numerals, n));
      number = 0;
      for (size_t i = 0; i < n; i++) number = number << 1 | numerals[i];
    } while (number > last);
    return static_cast<int64_t>(static_cast<uint64_t>(low) + number);
  }

  Permutation positive_, negative_;
  int64_t min_, max_;
};

std::string read_alphabet(const StrategyArgs &args) {
  if (!args.options.has("alphabet")) return {};
  std::string given = args.options.string("alphabet", "");
  for (const auto &alphabet : named_alphabets)
    if (given == alphabet.name) return std::string(alphabet.characters);
  if (!is_printable_ascii(given) || given.size() < 2)
    args.options.refuse("alphabet",
                        "must be digits, uppercase, lowercase, letters, alphanumeric, or two and more "
                        "ASCII characters");
  std::string sorted = given;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    args.options.refuse("alphabet", "has a character twice");
  return given;
}

Kept read_kept(const StrategyArgs &args) {
  return {.pattern = {},
          .first = static_cast<size_t>(args.options.integer("keep_first", 0, 0, most_kept)),
          .last = static_cast<size_t>(args.options.integer("keep_last", 0, 0, most_kept))};
}

std::unique_ptr<Strategy> make_fpe_integer(const StrategyArgs &args) {
  for (const char *name : {"alphabet", "keep", "keep_first", "keep_last"})
    if (args.options.has(name)) args.options.refuse(name, "is for text columns only");
  const int bits = 8 * traits_of(args.fit.kind).binary_size;
  const int64_t highest = INT64_MAX >> (64 - bits);
  const bool has_range = args.options.has("min") || args.options.has("max");
  const int64_t min = args.options.integer("min", 0, -highest - 1, highest);
  const int64_t max = args.options.integer("max", highest, -highest - 1, highest);
  if (min > max) args.options.refuse("min", "is larger than option \"max\"");
  return has_range ? std::make_unique<FpeInteger>(args.key, min, max) : std::make_unique<FpeInteger>(args.key, 1, 0);
}

std::unique_ptr<Strategy> make_fpe(const StrategyArgs &args) {
  if (args.fit.kind != ValueKind::text) return make_fpe_integer(args);
  for (const char *name : {"min", "max"})
    if (args.options.has(name)) args.options.refuse(name, "is for integer columns only");
  const std::string alphabet = read_alphabet(args);
  Kept kept = read_kept(args);
  kept.pattern = args.options.string("keep", "");
  if (kept.pattern.size() > most_keep_pattern) args.options.refuse("keep", "is longer than 200 bytes");
  return std::make_unique<FpeText>(args.key, alphabet, std::move(kept), args.fit);
}

std::unique_ptr<Strategy> make_digits(const StrategyArgs &args) {
  return std::make_unique<FpeText>(args.key, digits, read_kept(args), args.fit);
}

}  // namespace

extern constinit const RegistryEntry fpe_strategy = {
    {.name = "fpe",
     .summary = "Another value of the same length and alphabet, by format-preserving encryption (FF1)",
     .options_help =
         "alphabet: digits, uppercase, lowercase, letters, alphanumeric, or the characters themselves "
         "(default as the value); keep: how values begin that keep their front, # a digit, @ a letter; keep_first, "
         "keep_last: characters of the alphabet kept; min, max: range of integers",
     .example = "UkO cMaBI64J",
     .kinds =
         kind_bit(ValueKind::text) | kind_bit(ValueKind::int2) | kind_bit(ValueKind::int4) | kind_bit(ValueKind::int8),
     .invertible = true,
     .shows_part = true,
     .keeps_unique = true,
     .when_unique = "fpe"},
    make_fpe};

extern constinit const RegistryEntry digits_strategy = {
    {.name = "digits",
     .summary = "Every digit becomes another, and the rest stays",
     .options_help = "keep_first, keep_last: digits kept at both ends (default 0)",
     .example = "Ada Lovelace",
     .invertible = true,
     .shows_part = true,
     .keeps_unique = true,
     .when_unique = "digits"},
    make_digits};

}  // namespace confiture::mask

// card: a payment card number of the same brand and length that passes Luhn's check (ISO/IEC 7812-1), by default one
// that begins as a test number of its brand does.
#include <algorithm>
#include <string>

#include "mask/characters.h"
#include "mask/check_digits.h"
#include "mask/draws.h"
#include "mask/error.h"
#include "mask/registry.h"
#include "mask/scramble.h"

namespace confiture::mask {

namespace {

constexpr size_t shortest_card = 12, longest_card = 19, usual_card = 16;
constexpr int64_t most_kept_first = 8, most_kept_last = 4;  // what PCI DSS allows to show
constexpr size_t longest_written = 40;

// Issuer identification numbers, as their first digits, and how the test numbers begin that the networks and their
// processors publish: no such account is ever charged.
struct Brand {
  uint8_t digits;
  uint32_t low, high;
  uint8_t n_tests;
  std::string_view tests[4];  // of six digits
};
constexpr Brand brands[] = {
    {1, 4, 4, 4, {"411111", "424242", "401288", "400005"}},  // Visa
    {2, 51, 55, 3, {"555555", "510510", "545454"}},          // Mastercard
    {4, 2221, 2720, 2, {"222300", "222107"}},                // Mastercard
    {2, 34, 34, 1, {"343434"}},                              // American Express
    {2, 37, 37, 3, {"378282", "371449", "378734"}},          // American Express
    {4, 6011, 6011, 2, {"601111", "601100"}},                // Discover
    {2, 64, 65, 1, {"651065"}},                              // Discover
    {3, 300, 305, 1, {"305693"}},                            // Diners Club
    {2, 36, 39, 2, {"362272", "385200"}},                    // Diners Club
    {4, 3528, 3589, 3, {"353011", "356600", "356999"}},      // JCB
    {2, 62, 62, 2, {"620000", "620500"}},                    // UnionPay
    {2, 50, 50, 1, {"501800"}},                              // Maestro
    {2, 56, 63, 2, {"630400", "677179"}},                    // Maestro
    {2, 66, 69, 2, {"675964", "676770"}},                    // Maestro
};

// A number of no known brand is taken for one of the first.
const Brand &brand_of(std::string_view digits) {
  for (const Brand &brand : brands) {
    const uint64_t prefix = number_of(digits.substr(0, brand.digits));
    if (prefix >= brand.low && prefix <= brand.high) return brand;
  }
  return brands[0];
}

class CardMask final : public PrfStrategy {
 public:
  CardMask(const Subkey &key, size_t keep_first, size_t keep_last, const ColumnFit &fit)
      : PrfStrategy(key),
        keep_first_(keep_first),
        keep_last_(keep_last),
        max_chars_(fit.max_chars),
        encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Draws draws(prf, random);
    value = cut_to(value, max_chars_, encoding_);
    const auto n = static_cast<size_t>(std::count_if(value.begin(), value.end(), is_digit));
    char digits[longest_written];
    if (n >= shortest_card && n <= longest_card && value.size() <= longest_written && is_ascii(value)) {
      std::copy_if(value.begin(), value.end(), digits, is_digit);
      generate(digits, n, draws);
      char *p = out.reserve(value.size());
      size_t used = 0;
      for (const char c : value) *p++ = is_digit(c) ? digits[used++] : is_letter(c) ? 'x' : c;
      out.commit(value.size());
    } else if (n > 0 || (max_chars_ != 0 && max_chars_ < usual_card)) {
      scramble(value, encoding_, draws, out);
    } else {
      std::fill_n(digits, usual_card, '4');
      set_check(digits, usual_card, 0, 0, draws);
      out.append({digits, usual_card});
    }
  }

 private:
  // `digits` holds those of the value.
  void generate(char *digits, size_t n, Draws &draws) const {
    set_check(digits, n, keep_first_, std::min(keep_last_, n), draws);
  }

  static void set_check(char *digits, size_t n, size_t first, size_t last, Draws &draws) {
    const Brand &brand = brand_of({digits, n});
    if (first + last >= n) first = last = 0;
    for (size_t i = first; i < n - last; i++) digits[i] = digit(draws(10));
    if (first == 0) {
      const std::string_view test = brand.tests[draws(brand.n_tests)];
      std::copy(test.begin(), test.begin() + static_cast<ptrdiff_t>(std::min(test.size(), n - last - 1)), digits);
    }
    if (last == 0) {
      digits[n - 1] = luhn_digit({digits, n - 1});
      return;
    }
    // The check digit is kept: the last digit that is not makes the sum right. Each value of it gives another sum.
    char &free = digits[n - last - 1];
    for (free = '0'; luhn_digit({digits, n - 1}) != digits[n - 1]; free++) {
    }
  }

  size_t keep_first_, keep_last_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const auto first = static_cast<size_t>(args.options.integer("keep_first", 0, 0, most_kept_first));
  const auto last = static_cast<size_t>(args.options.integer("keep_last", 0, 0, most_kept_last));
  return std::make_unique<CardMask>(args.key, first, last, args.fit);
}

}  // namespace

extern constinit const RegistryEntry card_strategy = {
    {.name = "card",
     .summary = "A payment card number of the same brand and length, from test ranges, that passes Luhn's check",
     .options_help = "keep_first: digits kept at the front, 0 to 8 (default 0: those of a test number); keep_last: at "
                     "the end, 0 to 4 (default 0)",
     .example = "4242425736320218",
     .shows_part = false,
     .when_unique = "fpe"},
    make};

}  // namespace confiture::mask

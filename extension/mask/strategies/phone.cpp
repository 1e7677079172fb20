// phone: a number that no telephone can have.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "mask/bits.h"
#include "mask/characters.h"
#include "mask/data/calling_codes.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

// E.164 numbers have at most 15 digits, calling code included. By default there are 20, and even cut short to fit a
// column, 555 is no area code of the North American plan. After any other calling code 555 may begin a real number:
// there at least 16 digits are kept, whatever the column.
constexpr std::string_view default_prefix = "+1-555-";
constexpr size_t most_digits = 16, least_digits = 4;
constexpr size_t unreal_digits = 16;
constexpr size_t longest_format = 200;
constexpr size_t unique_digits = 29;  // 10^29 > 2^96

// Eight decimal digits of a number below 10^8, the first in the lowest byte: all at once, in halves, quarters and
// eighths of a word, where a loop of divisions would take them one after the other.
constexpr uint64_t eight_digits(uint64_t number) {
  uint64_t fours = number / 10000 | number % 10000 << 32;
  uint64_t hundreds = (fours * 5243 >> 19) & 0x0000007f0000007f;
  uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  uint64_t tens = (twos * 103 >> 10) & 0x000f000f000f000f;
  return (tens | (twos - 10 * tens) << 8) + 0x3030303030303030;
}
static_assert(eight_digits(12345678) == 0x3837363534333231 && eight_digits(99999999) == 0x3939393939393939);

// Writes n decimal digits from a PRF, 16 for each 128 bits, so the bias stays below 10^8 / 2^64. `out` has room for n
// rounded up to 16.
constexpr size_t block_digits = 16;
void write_digits(char *out, size_t n, const Prf128 &prf, const PrfOutput &seed) {
  PrfOutput random = seed;
  for (uint64_t block = 1;; block++) {
    store_le64(out, eight_digits(scale(random.hi, 100000000)));
    store_le64(out + 8, eight_digits(scale(random.lo, 100000000)));
    if (n <= block_digits) return;
    out += block_digits;
    n -= block_digits;

    char label[24];
    store_le64(label, seed.lo);
    store_le64(label + 8, seed.hi);
    store_le64(label + 16, block);
    random = prf(std::string_view(label, sizeof label));
  }
}

class PlainPhone final : public PrfStrategy {
 public:
  PlainPhone(const Subkey &key, size_t digits) : PrfStrategy(key), digits_(digits) {}

  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    char *p = out.reserve(default_prefix.size() + most_digits);
    std::memcpy(p, default_prefix.data(), default_prefix.size());
    write_digits(p + default_prefix.size(), digits_, prf, random);
    out.commit(default_prefix.size() + digits_);
  }

 private:
  size_t digits_;
};

class FormattedPhone final : public PrfStrategy {
 public:
  FormattedPhone(const Subkey &key, std::string format)
      : PrfStrategy(key), format_(std::move(format)), digits_(std::count(format_.begin(), format_.end(), '#')) {}

  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    char digits[longest_format + block_digits];
    write_digits(digits, digits_, prf, random);
    char *p = out.reserve(format_.size());
    size_t used = 0;
    for (char c : format_) *p++ = c == '#' ? digits[used++] : c;
    out.commit(format_.size());
  }
  bool keeps_unique() const override { return digits_ >= unique_digits; }

 private:
  std::string format_;
  size_t digits_;
};

// The calling code that a number begins with: behind + or 00, blanks and brackets before it left aside.
std::string_view calling_code(std::string_view number) {
  auto skip = [&number](std::string_view what) {
    number.remove_prefix(std::min(number.find_first_not_of(what), number.size()));
  };
  skip(" (");
  if (number.starts_with('+'))
    number.remove_prefix(1);
  else if (number.starts_with("00"))
    number.remove_prefix(2);
  else
    return {};
  skip(" (");
  return number.substr(0, calling_code_size(number));
}

constexpr size_t country_least = 3 + unreal_digits, country_most = 6 + 3 + most_digits;  // "+-" and "-" besides digits

class CountryPhone final : public PrfStrategy {
 public:
  CountryPhone(const Subkey &key, size_t room) : PrfStrategy(key), room_(room) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    std::string_view code = calling_code(value);
    if (code.empty()) code = "1";
    char *p = out.reserve(country_most);
    p[0] = '+';
    std::memcpy(p + 1, code.data(), code.size());
    std::memcpy(p + 1 + code.size(), "-555-", 5);
    size_t prefix = 6 + code.size(), digits = std::min(room_ - prefix, most_digits);
    write_digits(p + prefix, digits, prf, random);
    out.commit(prefix + digits);
  }

 private:
  size_t room_;
};

[[noreturn]] void too_narrow(uint32_t max_chars, size_t needed, const char *hint) {
  fail(Code::does_not_fit,
       "strategy \"phone\": " + std::to_string(needed) + " characters do not fit a column of " +
           std::to_string(max_chars),
       hint);
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  bool with_format = args.options.has("format");
  std::string format = args.options.string("format", "");
  bool keep_prefix = args.options.boolean("keep_prefix", false);
  size_t room = args.fit.max_chars == 0 ? longest_format : args.fit.max_chars;

  if (with_format) {
    if (keep_prefix) args.options.refuse("format", "does not go with option \"keep_prefix\"");
    if (format.size() > longest_format) args.options.refuse("format", "is longer than 200 characters");
    if (!is_printable_ascii(format)) args.options.refuse("format", "must be printable ASCII characters");
    if (format.find('#') == std::string::npos) args.options.refuse("format", "has no # to stand for a digit");
    if (format.size() > room)
      too_narrow(args.fit.max_chars, format.size(), "Give a shorter option \"format\", with a # for each digit.");
    return std::make_unique<FormattedPhone>(args.key, std::move(format));
  }
  if (keep_prefix) {
    if (room < country_least)
      too_narrow(args.fit.max_chars, country_least,
                 "A number with a kept prefix needs 16 digits to be unassignable; leave option \"keep_prefix\" out or "
                 "give a \"format\".");
    return std::make_unique<CountryPhone>(args.key, std::min(room, country_most));
  }
  if (room < default_prefix.size() + least_digits)
    too_narrow(args.fit.max_chars, default_prefix.size() + least_digits,
               "Give a shorter option \"format\", with a # for each digit.");
  return std::make_unique<PlainPhone>(args.key, std::min(room - default_prefix.size(), most_digits));
}

}  // namespace

extern constinit const RegistryEntry phone_strategy = {
    {.name = "phone",
     .summary = "A telephone number that no telephone can have",
     .options_help = "format: pattern in which each # becomes a digit (default +1-555- and up to 16 digits); "
                     "keep_prefix: true to keep the country calling code (default false)",
     .example = "+1-555-2740530452757070",
     .kinds = kind_bit(ValueKind::text),
     .deterministic = true,
     .keyed = true,
     .needs_value = true,
     .keeps_unique = false,
     .when_unique = "hash"},
    make};

}  // namespace confiture::mask

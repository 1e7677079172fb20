// phone: a number that no telephone can have.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "../bits.h"
#include "../characters.h"
#include "../data/calling_codes.h"
#include "../error.h"
#include "../strategy.h"

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

// "00", "01", ... "99": halves the divisions.
constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; i++) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Decimal digits from a PRF: 16 for each 128 bits, so the bias stays below 10^8 / 2^64.
class digit_source {
 public:
  digit_source(const prf128 &prf, std::string_view value) : prf_(prf), seed_(prf(value)) { split(seed_); }

  void write(char *out, size_t n) {
    for (size_t block = 0; n > 0; block++) {
      if (block > 0) {
        char label[24];
        store_le64(label, seed_.lo);
        store_le64(label + 8, seed_.hi);
        store_le64(label + 16, block);
        split(prf_(std::string_view(label, sizeof label)));
      }
      size_t taken = std::min(n, sizeof digits_);
      std::memcpy(out, digits_, taken);
      out += taken;
      n -= taken;
    }
  }

 private:
  void split(prf_output random) {
    auto high = static_cast<uint32_t>(scale(random.hi, 100000000)),
         low = static_cast<uint32_t>(scale(random.lo, 100000000));
    for (int i = 6; i >= 0; i -= 2, high /= 100, low /= 100) {
      std::memcpy(digits_ + i, digit_pairs.data() + 2 * (high % 100), 2);
      std::memcpy(digits_ + 8 + i, digit_pairs.data() + 2 * (low % 100), 2);
    }
  }

  const prf128 &prf_;
  prf_output seed_;
  char digits_[16];
};

class plain_phone final : public strategy {
 public:
  plain_phone(const subkey &key, size_t digits) : prf_(key), digits_(digits) {}

  void mask_text(std::string_view value, byte_sink &out) const override {
    if (value.empty()) return;
    char *p = out.reserve(default_prefix.size() + most_digits);
    std::memcpy(p, default_prefix.data(), default_prefix.size());
    digit_source(prf_, value).write(p + default_prefix.size(), digits_);
    out.commit(default_prefix.size() + digits_);
  }

 private:
  prf128 prf_;
  size_t digits_;
};

class formatted_phone final : public strategy {
 public:
  formatted_phone(const subkey &key, std::string format)
      : prf_(key), format_(std::move(format)), digits_(std::count(format_.begin(), format_.end(), '#')) {}

  void mask_text(std::string_view value, byte_sink &out) const override {
    if (value.empty()) return;
    char digits[longest_format];
    digit_source(prf_, value).write(digits, digits_);
    char *p = out.reserve(format_.size());
    size_t used = 0;
    for (char c : format_) *p++ = c == '#' ? digits[used++] : c;
    out.commit(format_.size());
  }
  bool keeps_unique() const override { return digits_ >= unique_digits; }

 private:
  prf128 prf_;
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

class country_phone final : public strategy {
 public:
  country_phone(const subkey &key, size_t room) : prf_(key), room_(room) {}

  void mask_text(std::string_view value, byte_sink &out) const override {
    if (value.empty()) return;
    std::string_view code = calling_code(value);
    if (code.empty()) code = "1";
    char *p = out.reserve(room_);
    p[0] = '+';
    std::memcpy(p + 1, code.data(), code.size());
    std::memcpy(p + 1 + code.size(), "-555-", 5);
    size_t prefix = 6 + code.size(), digits = std::min(room_ - prefix, most_digits);
    digit_source(prf_, value).write(p + prefix, digits);
    out.commit(prefix + digits);
  }

 private:
  prf128 prf_;
  size_t room_;
};

constexpr size_t country_least = 3 + unreal_digits, country_most = 6 + 3 + most_digits;  // "+-" and "-" besides digits

[[noreturn]] void too_narrow(uint32_t max_chars, size_t needed, const char *hint) {
  fail(wall::code::does_not_fit,
       "strategy \"phone\": " + std::to_string(needed) + " characters do not fit a column of " +
           std::to_string(max_chars),
       hint);
}

std::unique_ptr<strategy> make(const strategy_args &args) {
  bool with_format = args.options.has("format");
  std::string format = args.options.string("format", "");
  bool keep_prefix = args.options.boolean("keep_prefix", false);
  size_t room = args.fit.max_chars == 0 ? longest_format : args.fit.max_chars;

  if (with_format) {
    if (keep_prefix) args.options.refuse("format", "does not go with option \"keep_prefix\"");
    if (format.size() > longest_format) args.options.refuse("format", "is longer than 200 characters");
    if (!is_printable_ascii(format)) args.options.refuse("format", "has to be of printable ASCII characters");
    if (format.find('#') == std::string::npos) args.options.refuse("format", "has no # to stand for a digit");
    if (format.size() > room)
      too_narrow(args.fit.max_chars, format.size(), "Give a shorter option \"format\", with a # for each digit.");
    return std::make_unique<formatted_phone>(args.key, std::move(format));
  }
  if (keep_prefix) {
    if (room < country_least)
      too_narrow(args.fit.max_chars, country_least,
                 "A number with a kept prefix needs 16 digits to belong to nobody; leave option \"keep_prefix\" out or "
                 "give a \"format\".");
    return std::make_unique<country_phone>(args.key, std::min(room, country_most));
  }
  if (room < default_prefix.size() + least_digits)
    too_narrow(args.fit.max_chars, default_prefix.size() + least_digits,
               "Give a shorter option \"format\", with a # for each digit.");
  return std::make_unique<plain_phone>(args.key, std::min(room - default_prefix.size(), most_digits));
}

}  // namespace

extern constinit const registry_entry phone_strategy = {
    {.name = "phone",
     .summary = "A telephone number that no telephone can have",
     .options_help = "format: pattern in which each # becomes a digit (default +1-555- and up to 16 digits); "
                     "keep_prefix: true to keep the country calling code (default false)",
     .example = "+1-555-2740530452757070",
     .kinds = kind_bit(value_kind::text),
     .deterministic = true,
     .keyed = true,
     .needs_value = true,
     .uses_literal = false,
     .keeps_unique = false},
    make};

}  // namespace confiture::mask

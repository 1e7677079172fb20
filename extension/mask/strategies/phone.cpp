// phone: a number of the same country and length that no telephone can have; or one that may belong to a person, when
// it has to be unique.
#include <algorithm>
#include <cstring>
#include <string>

#include "mask/characters.h"
#include "mask/data/calling_codes.h"
#include "mask/data/countries.h"
#include "mask/draws.h"
#include "mask/error.h"
#include "mask/permutation.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

// ITU-T E.164: at most 15 digits, the calling code included.
constexpr size_t most_digits = 15, least_digits = 5, longest_number = most_digits + 1;
constexpr size_t least_room = 9;      // +, three digits of a calling code, five of a number
constexpr size_t usual_national = 9;  // digits; the nearest that the country has
constexpr size_t most_read = 32;      // digits of a value that are looked at
constexpr size_t longest_format = 200;
constexpr size_t unique_digits = 29;  // 10^29 > 2^96

// The digits of a value, and how many of them are a known calling code, with the 00 before it.
struct Dialled {
  char digits[most_read];
  size_t n = 0, prefix = 0, code_at = 0;
  bool has_plus = false;

  explicit Dialled(std::string_view value) {
    const auto *const first = std::find_if(value.begin(), value.end(), [](char c) { return is_digit(c) || c == '+'; });
    has_plus = first != value.end() && *first == '+';
    // A character that is no digit is overwritten by the next one: no two values have their digits in the same places,
    // so that a branch would be guessed wrong.
    for (const char c : value) {
      digits[n] = c;
      n += is_digit(c) ? 1 : 0;
      if (n == most_read) break;
    }
    find_code();
  }
  void find_code() {
    code_at = has_plus ? 0 : n >= 2 && digits[0] == '0' && digits[1] == '0' ? 2 : n;
    const size_t code = calling_code_size({digits + code_at, n - code_at});
    prefix = code == 0 ? 0 : code_at + code;
  }
  std::string_view code() const {
    return prefix == 0 ? std::string_view() : std::string_view(digits + code_at, prefix - code_at);
  }
  // The digits behind the calling code.
  std::string_view national() const { return {digits + prefix, n - prefix}; }
  bool is_number() const { return n >= least_digits; }
};

struct PhoneOptions {
  std::string country_code = "1";  // of numbers without one
  std::string start_at_home = {};  // of these, where they have no trunk prefix
  bool valid = false, keep_format = false, keep_non_numbers = false, fold = false;
  size_t room = longest_number;  // characters; of the column, if that has fewer
  CharEncoding encoding = CharEncoding::utf8;
  uint32_t max_chars = 0;
};

// Writes n digits behind the start that no number of a country has.
void write_unassigned(std::string_view start, char *digits, size_t n, Draws &draws) {
  draw_digits(draws, digits, n);
  std::memcpy(digits, start.data(), std::min(start.size(), n));
}

class PhoneMask final : public PrfStrategy {
 public:
  PhoneMask(const Subkey &key, PhoneOptions options) : PrfStrategy(key), options_(std::move(options)) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const Dialled dialled(value);
    if (!dialled.is_number() && options_.keep_non_numbers && may_pass(value))
      return out.append(cut_to(value, options_.max_chars, options_.encoding));
    Draws draws(prf, options_.fold && dialled.is_number() ? prf(std::string_view(dialled.digits, dialled.n)) : random);
    if (options_.keep_format && keeps_format_of(value, dialled))
      write_formatted(value, dialled, draws, out);
    else
      write_plain(dialled, draws, out);
  }
  bool passes_some() const override { return options_.keep_non_numbers; }

 private:
  bool keeps_format_of(std::string_view value, const Dialled &dialled) const {
    const bool fits = options_.max_chars == 0 || value.size() <= options_.max_chars;
    const bool is_readable = dialled.is_number() && dialled.n < most_read && fits && is_ascii(value);
    if (!is_readable || (dialled.prefix != 0 && unassigned_start(dialled.code()).empty())) return false;
    // Being valid comes first, where the country's numbers for films are of another length.
    const size_t fictional = options_.valid ? fictional_size(code_of(dialled)) : 0;
    const std::string_view national = dialled.national();
    return fictional == 0 || fictional == national.size() - trunk_size(code_of(dialled), national);
  }

  std::string_view code_of(const Dialled &dialled) const {
    return dialled.prefix > 0 ? dialled.code() : std::string_view(options_.country_code);
  }

  void write_plain(const Dialled &dialled, Draws &draws, ByteSink &out) const {
    std::string_view code = dialled.code();
    std::string_view start = unassigned_start(code);
    const bool has_code = !code.empty() && !start.empty();
    if (!has_code) {
      code = options_.country_code;
      start = unassigned_start(code);
    }
    char *p = out.reserve(longest_number);
    p[0] = '+';
    std::memcpy(p + 1, code.data(), code.size());
    char *national = p + 1 + code.size();
    const size_t room = options_.room - 1 - code.size();
    if (const size_t size = options_.valid ? write_fictional(code, national, room, draws) : 0; size > 0)
      return out.commit(1 + code.size() + size);

    const std::string_view digits = has_code ? dialled.national() : std::string_view(dialled.digits, dialled.n);
    const size_t n_digits = dialled.is_number() ? digits.size() - trunk_size(code, digits) : usual_national;
    const size_t n = std::min(std::max(nearest_length(code, n_digits), least_digits), room);
    write_unassigned(start, national, n, draws);
    out.commit(1 + code.size() + n);
  }

  // Digits of each number that the country has set aside, all of one length; none: it has none.
  static size_t fictional_size(std::string_view code) {
    const size_t end = fictional_numbers(code).find(' ');
    return end == std::string_view::npos ? 0 : end;
  }
  // Returns how many digits were written: none when the country has no such numbers, or there is no room for them.
  static size_t write_fictional(std::string_view code, char *national, size_t room, Draws &draws) {
    const size_t size = fictional_size(code);
    if (size == 0) return 0;
    const std::string_view numbers = fictional_numbers(code);
    const std::string_view number = numbers.substr(draws(numbers.size() / (size + 1)) * (size + 1), size);
    if (size > room) return 0;
    for (const char c : number) *national++ = c == '#' ? static_cast<char>('0' + draws(10)) : c;
    return number.size();
  }

  void write_formatted(std::string_view value, const Dialled &dialled, Draws &draws, ByteSink &out) const {
    char digits[most_read];
    size_t at = dialled.prefix;
    std::memcpy(digits, dialled.digits, at);
    const std::string_view code = code_of(dialled);
    const size_t trunk = trunk_size(code, dialled.national());
    std::memcpy(digits + at, dialled.digits + at, trunk);
    at += trunk;
    if (!options_.valid || write_fictional(code, digits + at, dialled.n - at, draws) == 0) {
      const bool is_at_home = dialled.prefix == 0 && trunk == 0;
      const std::string_view start = is_at_home ? std::string_view(options_.start_at_home) : unassigned_start(code);
      write_unassigned(start, digits + at, dialled.n - at, draws);
      if (trunk > 0 && dialled.n > at + 1 && digits[at] == '0') digits[at + 1] = behind_trunk_zero(code);
    }
    char *p = out.reserve(value.size());
    const char *next = digits;
    for (const char c : value) *p++ = is_digit(c) ? *next++ : is_letter(c) ? 'x' : c;
    out.commit(value.size());
  }

  PhoneOptions options_;
};

// Permutes the digits behind calling code, trunk prefix and leading zeros, and keeps all else, so that distinct numbers
// stay distinct. What is no number becomes one of 15 digits.
class UniquePhone final : public Strategy {
 public:
  UniquePhone(const Subkey &key, PhoneOptions options)
      : prf_(key), permutation_(key, 10, 0), options_(std::move(options)) {}

  void mask_text(std::string_view value, ByteSink &out) const override {
    if (value.empty()) return;
    value = cut_to(value, options_.max_chars, options_.encoding);
    Dialled dialled(value);
    const bool has_letters = std::any_of(value.begin(), value.end(), [](char c) { return is_letter(c) || c < 0; });
    if (!dialled.is_number() || dialled.n >= most_read || has_letters) {
      if (options_.keep_non_numbers && may_pass(value)) return out.append(value);
      return write_other(value, out);
    }
    const size_t prefix = dialled.prefix;
    const std::string code(prefix > 0 ? dialled.code() : std::string_view(options_.country_code));
    const size_t trunk = trunk_size(code, dialled.national());
    size_t at = prefix + trunk;
    while (at < dialled.n && dialled.digits[at] == '0') at++;
    uint8_t numerals[most_read];
    const size_t n = dialled.n - at;
    for (size_t i = 0; i < n; i++) numerals[i] = static_cast<uint8_t>(dialled.digits[at + i] - '0');
    // Walks the cycle on to a number with as many zeros, and with the same calling code and trunk prefix, or as well
    // none.
    do {
      if (n > 0) permutation_.permute({numerals, n});
      for (size_t i = 0; i < n; i++) dialled.digits[at + i] = static_cast<char>('0' + numerals[i]);
      dialled.find_code();
    } while (n > 0 && (numerals[0] == 0 || dialled.prefix != prefix || trunk_size(code, dialled.national()) != trunk));
    char *p = out.reserve(value.size());
    const char *next = dialled.digits;
    for (const char c : value) *p++ = is_digit(c) ? *next++ : c;
    out.commit(value.size());
  }
  bool keeps_unique() const override { return true; }
  bool passes_some() const override { return options_.keep_non_numbers; }
  bool may_be_real() const override { return true; }

 private:
  void write_other(std::string_view value, ByteSink &out) const {
    Draws draws(prf_, prf_(value));
    char *p = out.reserve(longest_number);
    p[0] = '+';
    const std::string &code = options_.country_code;
    std::memcpy(p + 1, code.data(), code.size());
    const size_t head = 1 + code.size();
    write_unassigned(unassigned_start(code), p + head, options_.room - head, draws);
    out.commit(options_.room);
  }

  Prf128 prf_;
  Permutation permutation_;
  PhoneOptions options_;
};

class FormattedPhone final : public PrfStrategy {
 public:
  FormattedPhone(const Subkey &key, std::string format)
      : PrfStrategy(key), format_(std::move(format)), digits_(std::count(format_.begin(), format_.end(), '#')) {}

  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    char digits[longest_format];
    Draws draws(prf, random);
    draw_digits(draws, digits, digits_);
    char *p = out.reserve(format_.size());
    size_t used = 0;
    for (const char c : format_) *p++ = c == '#' ? digits[used++] : c;
    out.commit(format_.size());
  }
  bool keeps_unique() const override { return digits_ >= unique_digits; }
  bool may_be_real() const override { return true; }
  bool is_permutation() const override { return false; }

 private:
  std::string format_;
  size_t digits_;
};

std::unique_ptr<Strategy> make_formatted(const StrategyArgs &args) {
  for (const char *other : {"country", "valid", "keep_format", "keep_non_numbers", "unique", "fold"})
    if (args.options.has(other)) args.options.refuse("format", "does not go with option " + in_quotes(other));
  std::string format = args.options.string("format", "");
  if (format.size() > longest_format) args.options.refuse("format", "is longer than 200 characters");
  if (!is_printable_ascii(format)) args.options.refuse("format", "must be printable ASCII characters");
  if (format.find('#') == std::string::npos) args.options.refuse("format", "has no # to stand for a digit");
  if (args.fit.max_chars != 0 && format.size() > args.fit.max_chars)
    fail(Code::does_not_fit,
         "strategy \"phone\": " + std::to_string(format.size()) + " characters do not fit a column of " +
             std::to_string(args.fit.max_chars),
         "Give a shorter option \"format\", with a # for each digit.");
  return std::make_unique<FormattedPhone>(args.key, std::move(format));
}

std::string read_calling_code(const StrategyArgs &args) {
  std::string name = args.options.string("country", "US");
  std::transform(name.begin(), name.end(), name.begin(), to_upper);
  const Country *country = find_country(name);
  if (country == nullptr || unassigned_start(country->calling_code).empty() || country->calling_code.empty())
    args.options.refuse("country", "must be an ISO 3166 code of a country with telephone numbers, as FR");
  return std::string(country->calling_code);
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  if (args.options.has("format")) return make_formatted(args);
  const size_t width = args.fit.max_chars == 0 ? longest_number : args.fit.max_chars;
  if (width < least_room)
    fail(Code::does_not_fit,
         "strategy \"phone\": a telephone number does not fit a column of " + std::to_string(width) + " characters",
         "It takes " + std::to_string(least_room) + " characters; strategy digits keeps the length of the value.");
  const bool unique = args.options.boolean("unique", false);
  PhoneOptions options = {
      .country_code = read_calling_code(args),
      .valid = args.options.boolean("valid", false),
      .keep_format = args.options.boolean("keep_format", unique),
      .keep_non_numbers = args.options.boolean("keep_non_numbers", false),
      .fold = args.options.boolean("fold", false),
      .room = std::min(width, longest_number),
      .encoding = args.fit.encoding,
      .max_chars = args.fit.max_chars,
  };
  options.start_at_home = unassigned_start_at_home(options.country_code);
  if (!unique) return std::make_unique<PhoneMask>(args.key, std::move(options));
  for (const auto &[name, contradicts] : {std::pair("valid", options.valid), std::pair("fold", options.fold),
                                          std::pair("keep_format", !options.keep_format)})
    if (contradicts) args.options.refuse("unique", std::string("does not go with option ") + in_quotes(name));
  return std::make_unique<UniquePhone>(args.key, std::move(options));
}

}  // namespace

extern constinit const RegistryEntry phone_strategy = {
    {.name = "phone",
     .summary = "A telephone number of the same country and length that no telephone can have",
     .options_help =
         "country: of numbers without a calling code (default US); valid: from ranges for films and books; "
         "unique: distinct numbers stay so, and may exist; keep_format; keep_non_numbers; fold: punctuation "
         "makes no other number; format: pattern in which each # becomes a digit",
     .example = "+10275707028",
     .when_unique = "phone",
     .when_unique_options = R"({"unique": true})"},
    make};

}  // namespace confiture::mask

// iban, bic: an account number (ISO 13616) and a bank's code (ISO 9362) of the same country.
//
// The check digits of an IBAN are ISO 7064, MOD 97-10, over the whole with the country behind (ISO 13616-1, 6).
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "mask/characters.h"
#include "mask/check_digits.h"
#include "mask/data/countries.h"
#include "mask/data/iban_countries.h"
#include "mask/draws.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

constexpr size_t country_size = 2, head_size = 4;  // with the check digits
constexpr size_t shortest_iban = 15, short_bic = 8, long_bic = 11, longest_written = 64;

// The letters and digits of a value in upper case; nothing when there are more than `most`, for which there is room and
// for one more.
size_t read_characters(std::string_view value, char *characters, size_t most) {
  size_t n = 0;
  for (const char c : value) {
    characters[n] = upper_alphanumeric(c);
    n += is_alphanumeric(c);
    if (n > most) return 0;
  }
  return n;
}

bool is_written_plainly(std::string_view value) { return value.size() <= longest_written && is_ascii(value); }

class IbanMask final : public PrfStrategy {
 public:
  IbanMask(const Subkey &key, const IbanCountry &otherwise, const ColumnFit &fit)
      : PrfStrategy(key), otherwise_(otherwise), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Draws draws(prf, random);
    char iban[longest_iban + 1];
    const size_t n = read_characters(value, iban, longest_iban);
    const bool is_bare = std::string_view(iban, n) == value;
    const bool has_head = n > head_size && is_digit(iban[2]) && is_digit(iban[3]);
    const IbanCountry *country = has_head ? find_iban_country({iban, country_size}) : nullptr;
    const bool is_iban = country != nullptr && n == head_size + country->size;
    if (country == nullptr) country = &otherwise_;
    const size_t size = head_size + country->size;
    generate(*country, is_iban, draws, iban);
    const bool keeps_form =
        is_iban && !is_bare && is_written_plainly(value) && (max_chars_ == 0 || value.size() <= max_chars_);
    if (keeps_form) return write_in_form_of(value, {iban, size}, out);
    out.append(cut_to({iban, size}, max_chars_, encoding_));
  }

 private:
  // A character of an account number that may be a letter or a digit is what it is in the value, if that is an IBAN.
  static void generate(const IbanCountry &country, bool like_value, Draws &draws, char *iban) {
    char *bban = iban + head_size;
    uint32_t letters = country.letters;
    for (uint32_t either = like_value ? country.either : 0; either != 0; either &= either - 1)
      letters |= is_letter(bban[std::countr_zero(either)]) ? either & -either : 0;
    draw_digits(draws, bban, country.size);
    for (; letters != 0; letters &= letters - 1) bban[std::countr_zero(letters)] = static_cast<char>('A' + draws(26));
    if (country.complete != nullptr) country.complete(bban);
    char moved[head_size];
    std::memcpy(moved, country.country.data(), country_size);
    moved[2] = moved[3] = '0';
    write_number(moved + country_size, 2, 98 - mod97({moved, head_size}, mod97({bban, country.size})));
    std::memcpy(iban, moved, head_size);
  }

  const IbanCountry &otherwise_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

// Four letters for the bank, two for the country, two for the place, three for the branch. A place that ends in 0 says
// that the code is for tests.
class BicMask final : public PrfStrategy {
 public:
  BicMask(const Subkey &key, std::string country, const ColumnFit &fit)
      : PrfStrategy(key), country_(std::move(country)), max_chars_(fit.max_chars) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    Draws draws(prf, random);
    char bic[long_bic + 1];
    size_t n = read_characters(value, bic, long_bic);
    const bool is_bic = (n == short_bic || n == long_bic) && find_country({bic + 4, country_size}) != nullptr;
    const bool keeps_form = is_bic && is_written_plainly(value) && (max_chars_ == 0 || value.size() <= max_chars_);
    if (!is_bic) std::memcpy(bic + 4, country_.data(), country_size);
    if (!keeps_form) n = short_bic;
    for (size_t i = 0; i < 4; i++) bic[i] = static_cast<char>('A' + draws(26));
    bic[6] = static_cast<char>('A' + draws(26));
    bic[7] = '0';
    const bool is_head_office = std::string_view(bic + short_bic, n - short_bic) == "XXX";
    for (size_t i = short_bic; i < n && !is_head_office; i++) bic[i] = digit(draws(10));
    if (keeps_form)
      write_in_form_of(value, {bic, n}, out);
    else
      out.append({bic, n});
  }

 private:
  std::string country_;
  uint32_t max_chars_;
};

std::string read_country(const StrategyArgs &args, const char *strategy, size_t least) {
  std::string country = args.options.string("country", "DE");
  std::transform(country.begin(), country.end(), country.begin(), to_upper);
  if (args.fit.max_chars != 0 && args.fit.max_chars < least)
    fail(Code::does_not_fit,
         std::string("strategy \"") + strategy + "\": " + std::to_string(least) +
             " characters do not fit a column of " + std::to_string(args.fit.max_chars),
         "Strategies digits and scramble keep the length of the value.");
  return country;
}

std::unique_ptr<Strategy> make_iban(const StrategyArgs &args) {
  const std::string name = read_country(args, "iban", shortest_iban);
  const IbanCountry *country = find_iban_country(name);
  if (country == nullptr) args.options.refuse("country", "is a country without IBANs: " + in_quotes(name));
  return std::make_unique<IbanMask>(args.key, *country, args.fit);
}

std::unique_ptr<Strategy> make_bic(const StrategyArgs &args) {
  std::string country = read_country(args, "bic", short_bic);
  if (find_country(country) == nullptr) args.options.refuse("country", "must be an ISO 3166 code, as DE");
  return std::make_unique<BicMask>(args.key, std::move(country), args.fit);
}

}  // namespace

extern constinit const RegistryEntry iban_strategy = {
    {.name = "iban",
     .summary = "An account number of the same country, its check digits right",
     .options_help = "country: of what is no IBAN (default DE)",
     .example = "DE83839694830193482931",
     .when_unique = "fpe"},
    make_iban};

extern constinit const RegistryEntry bic_strategy = {{.name = "bic",
                                                      .summary = "The code of no bank, of the same country",
                                                      .options_help = "country: of what is no BIC (default DE)",
                                                      .example = "WJZKDEI0",
                                                      .when_unique = "fpe"},
                                                     make_bic};

}  // namespace confiture::mask

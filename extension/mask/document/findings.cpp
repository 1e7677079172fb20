#include "mask/document/findings.h"

#include <algorithm>

#include "mask/byte_scan.h"
#include "mask/characters.h"
#include "mask/check_digits.h"
#include "mask/data/iban_countries.h"
#include "mask/value/network.h"

namespace confiture::mask {

namespace {

// All that is found has one of these in it: a digit, a colon (the byte behind the digits) or an at sign.
struct IsTrigger {
  static bool one(char c) { return static_cast<unsigned char>(c - '0') <= 10 || c == '@'; }
#ifdef __SSE2__
  static __m128i sixteen(__m128i v) {
    const __m128i from_zero = _mm_sub_epi8(v, _mm_set1_epi8('0'));
    const __m128i in_range = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(10)), from_zero);
    return _mm_or_si128(in_range, _mm_cmpeq_epi8(v, _mm_set1_epi8('@')));
  }
#endif
};

constexpr size_t longest_local = 64, longest_domain = 253, longest_scheme = 16;
constexpr size_t shortest_number = 7, longest_phone = 15, longest_number = 40;

// Letters of other scripts are bytes from 0x80 in every encoding of a server.
bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_word(char c) { return is_alphanumeric(c) || is_high(c); }
bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }
bool is_in_local(char c) {
  return is_word(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c == '\'' || c == '=' || c == '&' ||
         c == '~' || c == '#' || c == '!' || c == '$' || c == '*';
}
bool is_in_domain(char c) { return is_word(c) || c == '.' || c == '-'; }
bool is_in_url(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '<' && c != '>' && c != '`' && c != '{' && c != '}' &&
         c != '\\' && c != '^' && c != '|';
}

// How a card's number begins, whatever its brand.
bool is_card(std::string_view digits) {
  const size_t n = digits.size();
  if (n < 13 || n > 19 || luhn_digit(digits.substr(0, n - 1)) != digits.back()) return false;
  return (digits[0] >= '3' && digits[0] <= '6') || (digits[0] == '2' && n == 16);
}

// Groups of digits with what is between them.
struct Number {
  static constexpr size_t most_groups = 12;
  char digits[longest_number];
  size_t n_digits = 0;
  size_t sizes[most_groups] = {}, ends[most_groups] = {};
  char separators[most_groups] = {};  // in front of each group
  size_t n_groups = 0;
  size_t end = 0;
};

bool is_separator(char c) { return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')'; }

// A group of nine digits or more is a number by itself, but behind a country's prefix.
Number read_number(std::string_view text, size_t at, bool has_plus) {
  constexpr size_t whole = 9;
  Number number;
  number.end = at;
  char separator = 0;
  while (number.n_groups < Number::most_groups) {
    size_t size = 0;
    while (at + size < text.size() && is_digit(text[at + size])) size++;
    const bool is_first = number.n_groups == 0;
    if (size == 0 || number.n_digits + size > longest_number) break;
    if (!is_first && size >= whole && !(has_plus && number.n_groups == 1)) break;
    std::copy_n(text.data() + at, size, number.digits + number.n_digits);
    number.n_digits += size;
    number.sizes[number.n_groups] = size;
    number.separators[number.n_groups] = separator;
    number.ends[number.n_groups++] = number.end = at += size;
    if (is_first && size >= whole && !has_plus) break;
    size_t between = 0;
    while (at + between < text.size() && between < 3 && is_separator(text[at + between])) between++;
    if (between == 0) break;
    separator = text[at];
    at += between;
  }
  return number;
}

// 2024-01-15, 15.01.2024, 1/15/2024: the first three groups.
bool is_date(const Number &number) {
  if (number.n_groups < 3 || number.separators[1] != number.separators[2] || number.separators[1] == '(' ||
      number.separators[1] == ')' || number.separators[1] == ' ')
    return false;
  const size_t *size = number.sizes;
  const bool year_first = size[0] == 4 && size[1] <= 2 && size[2] <= 2;
  const bool year_last = size[0] <= 2 && size[1] <= 2 && size[2] == 4;
  const auto year = number_of({number.digits + (year_first ? 0 : size[0] + size[1]), 4});
  return (year_first || year_last) && year >= 1000 && year < 2200;
}

}  // namespace

Finding Finder::next() {
  const char *const end = text_.data() + text_.size();
  size_t at = done_;
  for (;;) {
    at = static_cast<size_t>(scan_bytes<IsTrigger>(text_.data() + at, end) - text_.data());
    if (at == text_.size()) {
      done_ = at;
      return {};
    }
    Finding found;
    if (find_at(at, found)) {
      done_ = found.end;
      if (found.what != Found::nothing && found.what != Found::uuid) return found;
    }
    at = std::max(at + 1, done_);
  }
}

// False: nothing is here. True with nothing found: text up to its end is passed over.
bool Finder::find_at(size_t at, Finding &found) {
  const char c = text_[at];
  if (c == '@') return find_email(at, found);
  if (c == ':') return find_url(at, found) || find_ip(at, found);
  // An address may begin with a number, or have one in it.
  if (const size_t sign = email_sign_behind(at); sign != 0 && find_email(sign, found)) return true;
  if (find_ip(at, found) || find_uuid(at, found) || find_iban(at, found)) return true;
  find_number(at, found);
  return true;
}

// Returns where the word around `at` has an at sign, 0 if nowhere.
size_t Finder::email_sign_behind(size_t at) {
  if (at < no_email_) return 0;
  size_t end = at;
  const size_t limit = std::min(text_.size(), at + longest_local);
  while (end < limit && is_in_local(text_[end])) end++;
  if (end < text_.size() && text_[end] == '@') return end;
  // Cut at the limit it tells of what is before alone.
  no_email_ = end < limit || end == text_.size() ? end : at + 1;
  return 0;
}

bool Finder::find_email(size_t at, Finding &found) const {
  size_t begin = at, end = at + 1;
  while (begin > done_ && is_in_local(text_[begin - 1])) begin--;
  while (begin < at && (text_[begin] == '.' || text_[begin] == '\'' || text_[begin] == '-' || text_[begin] == '*' ||
                        text_[begin] == '&'))
    begin++;
  bool has_point = false;
  const size_t limit = std::min(text_.size(), at + 1 + longest_domain);
  while (end < limit && is_in_domain(text_[end])) end++;
  while (end > at + 1 && !is_word(text_[end - 1])) end--;
  has_point = text_.substr(at + 1, end - at - 1).find('.') != std::string_view::npos;
  if (begin == at || end == at + 1) return false;
  if (!has_point && is_digit(text_[at + 1])) return false;
  found = {Found::email, begin, end};
  return true;
}

bool Finder::find_url(size_t colon, Finding &found) const {
  if (sure_ || text_.substr(colon, 3) != "://") return false;
  size_t begin = colon, end = colon + 3;
  while (begin > done_ && colon - begin < longest_scheme && is_alphanumeric(text_[begin - 1])) begin--;
  if (begin == colon) return false;
  while (end < text_.size() && is_in_url(text_[end])) end++;
  constexpr std::string_view closing = ".,;:!?)]'*_";
  while (end > colon + 3 && closing.find(text_[end - 1]) != std::string_view::npos) end--;
  if (end == colon + 3) return false;
  found = {Found::url, begin, end};
  return true;
}

bool Finder::find_ip(size_t at, Finding &found) {
  size_t begin = at, end = at;
  while (begin > done_ && at - begin < 4 && is_hex(text_[begin - 1])) begin--;
  if (begin > done_ && is_word(text_[begin - 1])) return false;
  const size_t limit = std::min(text_.size(), begin + longest_address);
  IpAddress address;
  if (text_[at] != ':' && begin == at) {
    // IPv4: four numbers of up to three digits.
    size_t points = 0;
    for (end = at; end < limit && (is_digit(text_[end]) || (text_[end] == '.' && points < 3)); end++)
      points += text_[end] == '.';
    if (points == 3 && (end == text_.size() || !is_word(text_[end])) &&
        read_address(text_.substr(at, end - at), address)) {
      found = {Found::ip, at, end};
      return true;
    }
  }
  if (at < no_colons_) return false;
  size_t colons = 0;
  for (end = begin; end < limit && (is_hex(text_[end]) || text_[end] == ':' || text_[end] == '.'); end++)
    colons += text_[end] == ':';
  no_colons_ = end;
  if (colons < 2) return false;
  while (end > begin + 2 && (text_[end - 1] == '.' || (text_[end - 1] == ':' && text_[end - 2] != ':'))) end--;
  if ((end < text_.size() && is_word(text_[end])) || end - begin < 3) return false;
  if (!read_address(text_.substr(begin, end - begin), address) || !address.is_v6) return false;
  found = {Found::ip, begin, end};
  return true;
}

bool Finder::find_uuid(size_t at, Finding &found) const {
  constexpr size_t size = 36;
  size_t begin = at;
  while (begin > done_ && at - begin < 8 && is_hex(text_[begin - 1])) begin--;
  if (begin + size > text_.size() || (begin > 0 && is_word(text_[begin - 1]))) return false;
  for (size_t i = 0; i < size; i++) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text_[begin + i] != '-' : !is_hex(text_[begin + i])) return false;
  }
  if (begin + size < text_.size() && is_word(text_[begin + size])) return false;
  found = {Found::uuid, begin, begin + size};
  return true;
}

bool Finder::find_iban(size_t digit, Finding &found) const {
  if (digit < done_ + 2 || digit + 1 >= text_.size() || !is_digit(text_[digit + 1])) return false;
  const size_t begin = digit - 2;
  const char head[] = {to_upper(text_[begin]), to_upper(text_[begin + 1])};
  if (begin > 0 && is_word(text_[begin - 1])) return false;
  const IbanCountry *country = find_iban_country({head, 2});
  if (country == nullptr) return false;
  const size_t size = 4 + country->size;
  char iban[longest_iban];
  size_t n = 0, end = begin;
  for (; end < text_.size() && n < size; end++) {
    const char c = upper_alphanumeric(text_[end]);
    if (c != 0)
      iban[n++] = c;
    else if (text_[end] != ' ' || text_[end - 1] == ' ')
      break;
  }
  if (n < size || (end < text_.size() && is_word(text_[end]))) return false;
  // Of a number with a mistake, what is next to it might be a part.
  if (mod97({iban, 4}, mod97({iban + 4, n - 4})) != 1 && sure_) return false;
  found = {Found::iban, begin, end};
  return true;
}

// Finds what a number is, or passes it over.
void Finder::find_number(size_t digit, Finding &found) {
  const auto before = [&](size_t back) { return digit >= done_ + back ? text_[digit - back] : ' '; };
  const bool has_plus = before(1) == '+' || (before(1) == '(' && before(2) == '+');
  const Number number = read_number(text_, digit, has_plus);
  // A bracket that is not closed inside of the number is not its own.
  const std::string_view inside = text_.substr(digit, number.end - digit);
  const bool closes = inside.find(')') < inside.find('(');
  size_t begin = digit;
  if (before(1) == '+')
    begin -= closes && before(2) == '(' ? 2 : 1;
  else if (before(1) == '(' && (has_plus || closes))
    begin -= has_plus ? 2 : 1;
  const std::string_view digits{number.digits, number.n_digits};
  const bool in_word = is_word(before(1)) || (number.end < text_.size() && is_word(text_[number.end]));
  const size_t n = digits.size();
  if (number.n_groups == 0) {  // too long to be a number of anything
    size_t end = digit;
    while (end < text_.size() && is_digit(text_[end])) end++;
    found = {sure_ ? Found::nothing : Found::id, digit, end};
    return;
  }
  if (is_date(number) && !has_plus) {
    found = {Found::nothing, digit, number.ends[2]};
    return;
  }
  found = {Found::nothing, begin, number.end};
  if (n < shortest_number) {
    found.end = number.ends[0];
    return;
  }
  const bool is_ssn = number.n_groups == 3 && number.sizes[0] == 3 && number.sizes[1] == 2 && number.sizes[2] == 4;
  const bool is_dialled = digits[0] == '0' && n >= 9;
  const bool is_grouped = number.n_groups > 1 && n >= 9;
  const char link = before(1);
  const bool follows_letters =
      digit >= done_ + 2 && (link == '-' || link == '_' || link == '/' || link == '#') && is_word(before(2));
  if (!has_plus && is_card(digits))
    found.what = Found::card;
  else if (!is_ssn && n <= longest_phone && !in_word && !follows_letters &&
           (has_plus || is_dialled || is_grouped || (!sure_ && (number.n_groups > 1 || n == 10))))
    found.what = Found::phone;
  else if (is_ssn || !sure_)
    found.what = Found::id;
  if (found.what != Found::phone) found.begin = digit;
}

}  // namespace confiture::mask

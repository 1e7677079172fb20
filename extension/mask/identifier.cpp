#include "mask/identifier.h"

#include <algorithm>
#include <bit>

#include "mask/characters.h"
#include "mask/check_digits.h"

namespace confiture::mask {

namespace {

bool is_set(char symbol) { return (symbol >= 'a' && symbol <= 'c') || (symbol >= 'x' && symbol <= 'z'); }
std::string_view set_of(const IdKind &kind, char symbol) { return kind.sets[symbol - (symbol < 'x' ? 'a' : 'x')]; }

}  // namespace

IdCharacters::IdCharacters(std::string_view value) {
  for (const char c : value) {
    const char upper = upper_alphanumeric(c);
    text_[size_] = upper;
    letters_ |= uint32_t{upper >= 'A'} << size_;
    size_ += upper != 0;
    if (size_ > longest_id) {
      size_ = letters_ = 0;
      return;
    }
  }
}

bool has_fixed_of(const IdKind &kind, const IdCharacters &characters, size_t skipped) {
  const std::string_view text = characters.view();
  for (uint32_t fixed = kind.shape.fixed >> skipped; fixed != 0; fixed &= fixed - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(fixed));
    if (text[i] != kind.shape.text[skipped + i]) return false;
  }
  return true;
}

bool has_right_checks(const IdKind &kind, std::string_view characters) {
  if (kind.accepts != nullptr && !kind.accepts(characters)) return false;
  if (kind.complete == nullptr) return true;
  char completed[longest_id];
  std::copy(characters.begin(), characters.end(), completed);
  kind.complete(completed);
  return std::equal(characters.begin(), characters.end(), completed);
}

bool is_formatted_as(const IdKind &kind, std::string_view value) {
  return std::equal(value.begin(), value.end(), kind.format.begin(), kind.format.end(),
                    [](char c, char expected) { return expected == 'x' ? is_alphanumeric(c) : c == expected; });
}

void generate_id(const IdKind &kind, Draws &draws, char *id) {
  const std::string_view shape = kind.shape.text;
  for (size_t i = 0; i < shape.size(); i++) {
    const char symbol = shape[i];
    if (symbol == '#') {
      const size_t end = std::min(shape.find_first_not_of('#', i), shape.size());
      draw_digits(draws, id + i, end - i);
      i = end - 1;
    } else if (symbol == '@') {
      id[i] = static_cast<char>('A' + draws(26));
    } else if (is_set(symbol)) {
      const std::string_view set = set_of(kind, symbol);
      id[i] = set[draws(set.size())];
    } else {
      id[i] = symbol;
    }
  }
  for (const IdRange &range : kind.ranges)
    if (range.size > 0) write_number(id + range.at, range.size, range.low + draws(range.high - range.low + 1));
  if (kind.arrange != nullptr) kind.arrange(id);
  if (kind.complete != nullptr) kind.complete(id);
}

void write_id(const IdKind &kind, std::string_view id, std::string_view value, uint32_t max_chars, ByteSink &out) {
  const auto in_value = static_cast<size_t>(std::count_if(value.begin(), value.end(), is_alphanumeric));
  const auto fits = [&](size_t size) { return max_chars == 0 || size <= max_chars; };
  if (in_value == id.size() && value.size() <= longest_formatted_id && fits(value.size()) && is_ascii(value)) {
    write_in_form_of(value, id, out);
  } else if (!kind.format.empty() && fits(kind.format.size())) {
    char *p = out.reserve(kind.format.size());
    size_t used = 0;
    for (const char c : kind.format) *p++ = c == 'x' ? id[used++] : c;
    out.commit(kind.format.size());
  } else {
    out.append(max_chars == 0 ? id : id.substr(0, max_chars));
  }
}

}  // namespace confiture::mask

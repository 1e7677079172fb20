#include "mask/document/needles.h"

#include <array>

#include "mask/characters.h"
#include "mask/text_codec.h"

namespace confiture::mask {

namespace {

constexpr auto folds = [] {
  std::array<char, 256> table{};
  for (size_t i = 0; i < table.size(); i++) {
    const auto c = static_cast<char>(i);
    table[i] = c >= '\t' && c <= '\r' ? ' ' : to_lower(c);
  }
  return table;
}();

char fold(char c) { return folds[static_cast<unsigned char>(c)]; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text_codec::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && text_codec::is_space(text.back())) text.remove_suffix(1);
  return text;
}

// In UTF-8 the letters of scripts that put blanks between words: Latin, Greek, Cyrillic, by their first byte. A name
// among Chinese characters has no other sign of where it ends.
bool begins_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0xc3 && byte <= 0xd4;
}

void find_borders(std::string_view text, std::vector<uint32_t> &border) {
  border.assign(text.size(), 0);
  for (size_t i = 1, matched = 0; i < text.size(); i++) {
    while (matched > 0 && text[i] != text[matched]) matched = border[matched - 1];
    if (text[i] == text[matched]) ++matched;
    border[i] = static_cast<uint32_t>(matched);
  }
}

}  // namespace

void Needles::set(std::span<const RowValue> values) {
  count_ = 0;
  for (const RowValue &value : values) {
    const std::string_view raw = trimmed(value.raw);
    if (count_characters(raw, encoding_) < fewest_characters) continue;
    if (count_ == needles_.size()) needles_.emplace_back();
    Needle &needle = needles_[count_++];
    needle.folded = raw;
    for (char &c : needle.folded) c = fold(c);
    find_borders(needle.folded, needle.border);
    needle.masked = value.masked;
  }
}

NeedleScan::NeedleScan(const Needles &needles, std::string_view text) : text_(text), encoding_(needles.encoding()) {
  searches_.reserve(needles.all().size());
  for (const Needles::Needle &needle : needles.all()) searches_.push_back({{0, 0, &needle}});
}

bool NeedleScan::is_inside_word(size_t at) const {
  if (at == 0 || at >= text_.size()) return false;
  const char before = text_[at - 1], behind = text_[at];
  const auto is_high = [](char c) { return static_cast<unsigned char>(c) >= 0xc0; };
  bool ends = is_alphanumeric(before), begins = is_alphanumeric(behind);
  if (is_single_byte(encoding_)) {
    ends |= is_high(before);
    begins |= is_high(behind);
  } else if (encoding_ == CharEncoding::utf8) {
    ends |= static_cast<unsigned char>(before) >= 0x80 && at >= 2 && begins_letter(text_[at - 2]);
    begins |= begins_letter(behind);
  }
  return ends && begins;
}

// To the next place where the value is, or to the end of the text.
void NeedleScan::advance(Search &search) const {
  const std::string &folded = search.found.needle->folded;
  const std::vector<uint32_t> &border = search.found.needle->border;
  size_t matched = search.matched;
  for (size_t i = search.read; i < text_.size(); i++) {
    if (matched == 0)
      while (i < text_.size() && fold(text_[i]) != folded[0]) i++;
    if (i == text_.size()) break;
    const char c = fold(text_[i]);
    while (matched > 0 && c != folded[matched]) matched = border[matched - 1];
    if (c == folded[matched]) ++matched;
    if (matched < folded.size()) continue;
    const size_t end = i + 1, begin = end - matched;
    matched = border[matched - 1];
    if (is_inside_word(begin) || is_inside_word(end)) continue;
    search.read = end;
    search.matched = matched;
    search.found.begin = begin;
    search.found.end = end;
    return;
  }
  search.found.needle = nullptr;
}

Occurrence NeedleScan::next(size_t done) {
  Occurrence first;
  for (Search &search : searches_) {
    while (search.found.needle != nullptr && search.found.end <= done) advance(search);
    const Occurrence &found = search.found;
    if (found.needle == nullptr) continue;
    const bool is_first =
        first.needle == nullptr || found.begin < first.begin || (found.begin == first.begin && found.end > first.end);
    if (is_first) first = found;
  }
  return first;
}

}  // namespace confiture::mask

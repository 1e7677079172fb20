// Lists written "one|two words|three", taken apart at compile time and looked up by their first two letters: a plan
// asks for tens of thousands of columns, and the lists hold thousands of words.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace confiture::mask {

struct IndexedText {
  std::string_view text;
  uint16_t row;  // of the table it is from
};

constexpr size_t index_letters = 27;  // a to z, and none
constexpr size_t index_buckets = index_letters * index_letters;

constexpr size_t index_bucket(std::string_view text) {
  auto letter = [&](size_t i) {
    return i < text.size() && text[i] >= 'a' && text[i] <= 'z' ? static_cast<size_t>(text[i] - 'a' + 1) : size_t{0};
  };
  return letter(0) * index_letters + letter(1);
}

// The texts that begin with the same two letters, in the order of their rows.
class Index {
 public:
  constexpr Index(const IndexedText *texts, const uint16_t *begin) : texts_(texts), begin_(begin) {}
  std::span<const IndexedText> like(std::string_view text) const {
    size_t bucket = index_bucket(text);
    return {texts_ + begin_[bucket], texts_ + begin_[bucket + 1]};
  }
  bool holds(std::string_view text) const {
    for (const IndexedText &each : like(text))
      if (each.text == text) return true;
    return false;
  }

 private:
  const IndexedText *texts_;
  const uint16_t *begin_;
};

template <size_t size>
struct IndexTable {
  std::array<IndexedText, size> texts = {};
  std::array<uint16_t, index_buckets + 1> begin = {};
  constexpr operator Index() const { return {texts.data(), begin.data()}; }
};

// Visits each text of a list. By pointer: compilers bound the steps of constant expressions.
template <class visitor>
constexpr void each_text(std::string_view list, visitor visit) {
  const char *text = list.data(), *const end = text + list.size();
  for (const char *at = text; text != end; at++)
    if (at == end || *at == '|') {
      visit(std::string_view(text, static_cast<size_t>(at - text)));
      text = at == end ? end : at + 1;
    }
}

constexpr size_t count_texts(std::string_view list) {
  size_t n = 0;
  each_text(list, [&](std::string_view) { n++; });
  return n;
}

// `each` visits all texts with their row, twice, in the order of the rows.
template <size_t size, class each_entry>
constexpr IndexTable<size> make_index(each_entry each) {
  IndexTable<size> index;
  each([&](std::string_view text, size_t) { index.begin[index_bucket(text) + 1]++; });
  for (size_t i = 1; i < index.begin.size(); i++)
    index.begin[i] = static_cast<uint16_t>(index.begin[i] + index.begin[i - 1]);
  std::array<uint16_t, index_buckets + 1> next = index.begin;
  each([&](std::string_view text, size_t row) {
    index.texts[next[index_bucket(text)]++] = {text, static_cast<uint16_t>(row)};
  });
  return index;
}

template <size_t size>
constexpr IndexTable<size> index_list(std::string_view list) {
  return make_index<size>([&](auto visit) { each_text(list, [&](std::string_view text) { visit(text, 0); }); });
}

}  // namespace confiture::mask

// Lists of names, kept by length: what fits a column is then the front of the list.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace confiture::mask {

// As large as a vector register, and never across two lines of the cache.
struct alignas(16) listed_name {
  char letters[15];
  uint8_t size;

  std::string_view view() const { return {letters, size}; }
  // Overwrites sizeof letters bytes whatever the size, which spares a look at it. Returns what is behind the name.
  char *copy_to(char *to) const {
    std::memcpy(to, letters, sizeof letters);
    return to + size;
  }
};

class name_list {
 public:
  static constexpr uint32_t shortest = 2, longest = 12;

  // lists[i] holds the names of i + 2 letters, each with a blank behind it.
  using lists = std::string_view[longest - shortest + 1];

  static constexpr size_t count_all(const lists &by_length) {
    size_t count = 0;
    for (uint32_t length = shortest; length <= longest; length++)
      count += by_length[length - shortest].size() / (length + 1);
    return count;
  }
  template <size_t count>
  static constexpr std::array<listed_name, count> make_all(const lists &by_length) {
    std::array<listed_name, count> all{};
    listed_name *to = all.data();
    for (uint32_t length = shortest; length <= longest; length++)
      for (std::string_view rest = by_length[length - shortest]; !rest.empty(); rest.remove_prefix(length + 1), to++) {
        std::copy_n(rest.data(), length, to->letters);
        to->size = static_cast<uint8_t>(length);
      }
    return all;
  }

  template <size_t count>
  constexpr explicit name_list(const std::array<listed_name, count> &all) : names_(all.data()) {
    for (const listed_name &name : all)
      for (uint32_t letters = name.size; letters <= longest; letters++) end_[letters]++;
  }

  // How many names have at most so many letters.
  constexpr uint32_t count(uint32_t letters = longest) const { return end_[letters < longest ? letters : longest]; }

  constexpr const listed_name &operator[](uint32_t index) const { return names_[index]; }

 private:
  const listed_name *names_;
  uint32_t end_[longest + 1] = {};
};

extern const name_list first_names, last_names;

}  // namespace confiture::mask

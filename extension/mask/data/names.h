// Lists of names, kept by length: what fits a column is then the front of the list.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace confiture::mask {

// As large as a vector register, and never across two lines of the cache.
struct alignas(16) ListedName {
  char letters[15];
  uint8_t size;

  std::string_view view() const { return {letters, size}; }
  // Overwrites sizeof letters bytes whatever the size, which spares a look at it. Returns what is behind the name.
  char *copy_to(char *to) const {
    std::memcpy(to, letters, sizeof letters);
    return to + size;
  }
};

// A name in its own letters, in UTF-8.
struct alignas(32) NativeName {
  char letters[30];
  uint8_t size, characters;

  std::string_view view() const { return {letters, size}; }
};

// Names in ASCII, those of a locale in their own letters too.
class NameList {
 public:
  static constexpr uint32_t shortest = 2, longest = sizeof ListedName::letters;

  // lists[i] holds the names of i + 2 letters, each with a blank behind it.
  static constexpr uint32_t longest_plain = 12;
  using Lists = std::string_view[longest_plain - shortest + 1];

  static constexpr size_t count_all(const Lists &by_length) {
    size_t count = 0;
    for (uint32_t length = shortest; length <= longest_plain; length++)
      count += by_length[length - shortest].size() / (length + 1);
    return count;
  }
  template <size_t count>
  static constexpr std::array<ListedName, count> make_all(const Lists &by_length) {
    std::array<ListedName, count> all{};
    ListedName *to = all.data();
    for (uint32_t length = shortest; length <= longest_plain; length++)
      for (std::string_view rest = by_length[length - shortest]; !rest.empty(); rest.remove_prefix(length + 1), to++) {
        std::copy_n(rest.data(), length, to->letters);
        to->size = static_cast<uint8_t>(length);
      }
    return all;
  }

  template <size_t count>
  constexpr explicit NameList(const std::array<ListedName, count> &all) : names_(all.data()) {
    for (const ListedName &name : all)
      for (uint32_t letters = name.size; letters <= longest; letters++) end_[letters]++;
  }

  template <size_t count>
  constexpr NameList(const std::array<ListedName, count> &all, const std::array<NativeName, count> &natives)
      : names_(all.data()), natives_(natives.data()) {
    for (size_t i = 0; i < count; i++)
      for (uint32_t letters = std::max(all[i].size, natives[i].characters); letters <= longest; letters++)
        end_[letters]++;
  }

  // How many names have at most so many letters.
  constexpr uint32_t count(uint32_t letters = longest) const { return end_[letters < longest ? letters : longest]; }
  constexpr uint32_t shortest_name() const {
    uint32_t letters = 1;
    while (letters < longest && end_[letters] == 0) letters++;
    return letters;
  }

  constexpr const ListedName &operator[](uint32_t index) const { return names_[index]; }
  std::string_view native(uint32_t index) const {
    return natives_ == nullptr ? names_[index].view() : natives_[index].view();
  }
  const void *native_at(uint32_t index) const {
    return natives_ == nullptr ? static_cast<const void *>(names_ + index) : natives_ + index;
  }

 private:
  const ListedName *names_;
  const NativeName *natives_ = nullptr;
  uint32_t end_[longest + 1] = {};
};

extern const NameList first_names, last_names;

}  // namespace confiture::mask

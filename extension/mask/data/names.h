// Lists of names, kept by length: what fits a column is then the front of the list, and no index table is needed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace confiture::mask {

// One name, found and copied without a branch on its length: values masked at random would make each guess wrong.
struct name_slot {
  static constexpr uint32_t longest = 12;

  char letters[longest];
  uint8_t size;

  constexpr std::string_view view() const { return {letters, size}; }
};

class name_list {
 public:
  static constexpr uint32_t shortest = 2, longest = name_slot::longest;
  // The names of 2, 3, ... 12 letters, each with a blank behind it.
  using by_length = std::string_view[longest - shortest + 1];

  static constexpr uint32_t total(const by_length &names) {
    uint32_t n = 0;
    for (uint32_t length = shortest; length <= longest; length++) n += count_of(names, length);
    return n;
  }

  template <uint32_t n>
  static constexpr std::array<name_slot, n> make_slots(const by_length &names) {
    // Compilers limit the steps of such a loop: hence pointers, and nothing called inside.
    std::array<name_slot, n> slots{};
    name_slot *slot = slots.data();
    for (uint32_t length = shortest; length <= longest; length++) {
      const char *from = names[length - shortest].data();
      for (uint32_t left = count_of(names, length); left > 0; left--, slot++, from++) {
        slot->size = static_cast<uint8_t>(length);
        char *to = slot->letters;
        while (*from != ' ') *to++ = *from++;
      }
    }
    return slots;
  }

  constexpr name_list(const by_length &names, const name_slot *slots) : slots_(slots) {
    for (uint32_t length = shortest; length <= longest; length++)
      end_[length] = end_[length - 1] + count_of(names, length);
  }

  // How many names have at most so many letters.
  constexpr uint32_t count(uint32_t letters = longest) const { return end_[letters < longest ? letters : longest]; }

  constexpr const name_slot &operator[](uint32_t index) const { return slots_[index]; }

 private:
  static constexpr uint32_t count_of(const by_length &names, uint32_t length) {
    return static_cast<uint32_t>(names[length - shortest].size() / (length + 1));
  }

  const name_slot *slots_;
  uint32_t end_[longest + 1] = {};
};

extern const name_list first_names, last_names;

}  // namespace confiture::mask
